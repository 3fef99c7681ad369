import { Button, Textarea } from '@mantine/core';
import { Form } from '@rjsf/mantine';
import type { RJSFSchema } from '@rjsf/utils';
import { type ReactNode, useMemo, useState } from 'react';
import type { CallValue } from '../../../shared/control/contract.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { common } from '../../strings/common.ts';
import { toolWords as words } from '../../strings/screens.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import { StateLabel } from '../../ui/icon-state.tsx';
import { AdditionalField, ObjectFields } from './form-templates.tsx';
import { schemaValidator } from './schema-validator.ts';
import classes from './tools.module.css';

const TEMPLATES = { ObjectFieldTemplate: ObjectFields, WrapIfAdditionalTemplate: AdditionalField };

/** A form made from a tool's schema, and what the tool answered. A schema that is none leaves a field for JSON. */
export function TryTool({ name, schema }: { name: string; schema: unknown }): ReactNode {
  const client = useClient();
  const { running, run } = useAction();
  const validator = useMemo(schemaValidator, []);
  const [answer, setAnswer] = useState<CallValue<'tools.call'>>();
  const [data, setData] = useState<unknown>({});
  const call = async (argumentsJson: string): Promise<void> => {
    const result = await run(() => client.tools.call({ tool: name, argumentsJson }));
    if (result !== undefined) setAnswer(result);
  };
  const formSchema = isObjectSchema(schema) ? plainSchema(schema) : undefined;
  return (
    <>
      {formSchema === undefined ? (
        <JsonArguments onRun={(text) => void call(text)} running={running} />
      ) : (
        <Form
          schema={formSchema}
          templates={TEMPLATES}
          validator={validator}
          formData={data}
          onChange={({ formData }) => setData(formData)}
          onSubmit={({ formData }) => void call(JSON.stringify(formData ?? {}))}
          showErrorList={false}
          idPrefix="try"
        >
          <Button type="submit" variant="filled" loading={running} mt={8}>
            {words.run}
          </Button>
        </Form>
      )}
      {answer === undefined ? null : (
        <div role="status">
          <p>
            <StateLabel tone={answer.outcome === 'ok' ? 'ok' : 'warn'}>
              {answer.outcome === 'ok' ? words.resultOk : words.resultError}{' '}
              {words.took(common.milliseconds(answer.duration))}
            </StateLabel>
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <pre className={classes.pre} tabIndex={0}>
            <ForeignText text={JSON.stringify(answer.result, undefined, 2) ?? ''} max={20_000} />
          </pre>
        </div>
      )}
    </>
  );
}

function JsonArguments({ onRun, running }: { onRun: (text: string) => void; running: boolean }): ReactNode {
  const [text, setText] = useState('{}');
  const valid = isJson(text);
  return (
    <>
      <Textarea
        label={words.jsonArguments}
        value={text}
        autosize
        minRows={4}
        error={valid ? undefined : words.notJson}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button variant="filled" mt={8} disabled={!valid} loading={running} onClick={() => onRun(text)}>
        {words.run}
      </Button>
    </>
  );
}

function isObjectSchema(schema: unknown): schema is RJSFSchema {
  return typeof schema === 'object' && schema !== null && 'type' in schema && schema.type === 'object';
}

// Descriptions of a schema are a backend's text, which the form would render as Markdown with links. As plain text
// they stand under "Input schema"; in the form they are left out (UIX-03).
function plainSchema(schema: RJSFSchema): RJSFSchema {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      (key === 'description' || key === '$schema') && typeof value === 'string' ? undefined : value,
    ),
  ) as RJSFSchema;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
