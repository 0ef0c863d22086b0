/** A two-way pipe of binary messages: Electron's MessagePort and a WebSocket are the two real ones. Messages arrive whole and in order. */
export interface Port {
  send(message: Uint8Array<ArrayBuffer>): void;
  /** One listener; set once, before the first message can arrive. */
  onMessage(listener: (message: Uint8Array) => void): void;
  /** Called once, however the port ended. */
  onClose(listener: (reason: string) => void): void;
  close(): void;
  /** Bytes accepted by `send` and not yet taken by the other side, where the transport can tell; else 0. */
  readonly bufferedBytes: number;
}
