/** The four lists that a server can have. */
export type ListKind = 'tools' | 'prompts' | 'resources' | 'templates';

export interface ListShape {
  readonly method: string;
  /** The member of the result that holds the list. */
  readonly member: string;
  /** The member of an item that names it. */
  readonly key: 'name' | 'uri' | 'uriTemplate';
  /** The server capability without which the list is not asked for. */
  readonly capability: 'tools' | 'prompts' | 'resources';
  /** The notification that says the list has changed. */
  readonly changed: string;
}

export const LISTS: Readonly<Record<ListKind, ListShape>> = {
  tools: {
    method: 'tools/list',
    member: 'tools',
    key: 'name',
    capability: 'tools',
    changed: 'notifications/tools/list_changed',
  },
  prompts: {
    method: 'prompts/list',
    member: 'prompts',
    key: 'name',
    capability: 'prompts',
    changed: 'notifications/prompts/list_changed',
  },
  resources: {
    method: 'resources/list',
    member: 'resources',
    key: 'uri',
    capability: 'resources',
    changed: 'notifications/resources/list_changed',
  },
  templates: {
    method: 'resources/templates/list',
    member: 'resourceTemplates',
    key: 'uriTemplate',
    capability: 'resources',
    changed: 'notifications/resources/list_changed',
  },
};

export const LIST_KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources', 'templates'];
