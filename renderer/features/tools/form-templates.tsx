import { Group, Stack, TextInput } from '@mantine/core';
import {
  ADDITIONAL_PROPERTY_FLAG,
  buttonId,
  canExpand,
  type ObjectFieldTemplateProps,
  type WrapIfAdditionalTemplateProps,
} from '@rjsf/utils';
import type { ReactNode } from 'react';
import { toolWords as words } from '../../strings/screens.ts';
import { ForeignText } from '../../ui/foreign-text.tsx';
import classes from './tools.module.css';

// The theme's own templates lay out with grids that write style elements, which the policy of threats.md 1.6 forbids.

/** The fields of an object one below the other, with a button for further ones where the schema allows them. */
export function ObjectFields({
  title,
  properties,
  fieldPathId,
  disabled,
  readonly,
  schema,
  uiSchema,
  formData,
  onAddProperty,
  registry,
}: ObjectFieldTemplateProps): ReactNode {
  const { AddButton } = registry.templates.ButtonTemplates;
  return (
    <div id={fieldPathId.$id} className={fieldPathId.path.length > 0 ? classes.nested : undefined}>
      {title === undefined || title === '' ? null : (
        <span className={classes.nestedTitle}>
          <ForeignText text={title} max={120} />
        </span>
      )}
      <Stack gap="sm">{properties.filter(({ hidden }) => !hidden).map(({ content }) => content)}</Stack>
      {canExpand(schema, uiSchema, formData) ? (
        <AddButton
          id={buttonId(fieldPathId, 'add')}
          disabled={disabled === true || readonly === true}
          onClick={onAddProperty}
          registry={registry}
        />
      ) : null}
    </div>
  );
}

/** A field that the schema does not name: its name is typed, and it can be taken away again. */
export function AdditionalField({
  id,
  label,
  schema,
  disabled,
  readonly,
  onKeyRenameBlur,
  onRemoveProperty,
  registry,
  children,
}: WrapIfAdditionalTemplateProps): ReactNode {
  if (!(ADDITIONAL_PROPERTY_FLAG in schema)) return <div>{children}</div>;
  const { RemoveButton } = registry.templates.ButtonTemplates;
  return (
    <Group align="end" wrap="nowrap">
      <TextInput
        key={label}
        label={words.fieldName}
        defaultValue={label}
        disabled={disabled === true || readonly === true}
        id={`${id}-key`}
        onBlur={onKeyRenameBlur}
      />
      <div className={classes.grow}>{children}</div>
      <RemoveButton id={buttonId(id, 'remove')} onClick={onRemoveProperty} registry={registry} />
    </Group>
  );
}
