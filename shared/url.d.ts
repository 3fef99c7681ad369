// The URL Standard exists in every runtime that `shared/` runs in, yet TypeScript knows it only as DOM or Node.
declare class URL {
  constructor(text: string, base?: string);
  readonly href: string;
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly host: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly origin: string;
}
