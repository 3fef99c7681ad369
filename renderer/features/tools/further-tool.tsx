import type { ReactNode } from 'react';
import { useClient } from '../../host/client-context.tsx';
import { useAnswer } from '../../host/use-answer.ts';
import { useGateway } from '../../stores/gateway-store.ts';
import { toolWords as words } from '../../strings/screens.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Pending } from '../../ui/pending.tsx';
import { ToolDetail } from './tool-detail.tsx';

/** The longest search that the host takes. */
const MAX_SEARCH = 200;

/** A tool that a link leads to, such as one of the activity list, but that is beyond what the list beside it shows. */
export function FurtherTool({ backend, tool }: { backend: string; tool: string }): ReactNode {
  const client = useClient();
  const turn = useGateway(({ turns }) => turns.tools);
  const configTurn = useGateway((state) => state.configTurn);
  const { answer, reload } = useAnswer(
    () => client.tools.catalog({ limit: 500, backend, search: tool.slice(0, MAX_SEARCH) }),
    [client, backend, tool, turn, configTurn],
  );
  return (
    <Pending answer={answer} reload={reload}>
      {({ items }) => {
        const item = items.find(({ original }) => original === tool);
        if (item !== undefined) return <ToolDetail item={item} />;
        return <EmptyState title={words.chooseTitle}>{words.chooseText}</EmptyState>;
      }}
    </Pending>
  );
}
