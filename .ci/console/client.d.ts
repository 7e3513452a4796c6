/** What the console uses of the client, which is served beside it. */
export interface Connection {
  watch(topic: string, callback: (news: { data: any; error?: { code: string }; offset?: string }) => void): () => void;
  stream(path: string, how: { signal: AbortSignal }): AsyncGenerator<any, void, void>;
  close(): void;
}

export function connect(url: string, options: { ticket: () => Promise<string>; onState: (state: string) => void }): Connection;
