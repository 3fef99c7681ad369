import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { common } from '../strings/common.ts';
import { EmptyState } from '../ui/empty-state.tsx';

interface Props {
  readonly address: string;
  readonly children: ReactNode;
}

/**
 * Holds a fault of one screen, such as a part that could not be loaded, to that screen: rail, status and the other
 * screens stay. React takes only a class for this. Another address starts afresh.
 */
export class ScreenFault extends Component<Props, { readonly faulty: boolean }> {
  override state = { faulty: false };

  static getDerivedStateFromError(): { faulty: boolean } {
    return { faulty: true };
  }

  override componentDidUpdate({ address }: Props): void {
    if (this.state.faulty && address !== this.props.address) this.setState({ faulty: false });
  }

  override render(): ReactNode {
    if (!this.state.faulty) return this.props.children;
    return (
      <div role="alert">
        <EmptyState
          title={common.faultTitle}
          actions={<Button onClick={() => window.location.reload()}>{common.faultReload}</Button>}
        >
          {common.faultText}
        </EmptyState>
      </div>
    );
  }
}
