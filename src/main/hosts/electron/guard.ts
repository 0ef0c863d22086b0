import { isOurPage, mayHavePermission, mayLoad, mayOpenOutside } from './policy.ts';

/** What of Electron's WebContents is guarded. */
export interface GuardedContents {
  on(event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate' | 'will-attach-webview', listener: (event: NavigationEvent) => void): unknown;
  setWindowOpenHandler(handler: (details: { readonly url: string }) => { action: 'deny' }): void;
}

export interface NavigationEvent {
  readonly url?: string;
  preventDefault(): void;
}

/** What of Electron's Session is guarded. */
export interface GuardedSession {
  setPermissionRequestHandler(handler: (contents: unknown, permission: string, answer: (granted: boolean) => void) => void): void;
  setPermissionCheckHandler(handler: (contents: unknown, permission: string) => boolean): void;
  setDevicePermissionHandler(handler: () => boolean): void;
  readonly webRequest: {
    onBeforeRequest(listener: (details: { readonly url: string }, answer: (response: { cancel: boolean }) => void) => void): void;
  };
}

/** Keeps a page where it is: it can't navigate away, open windows or embed others. A link from the list goes to the user's browser instead. */
export function guardContents(contents: GuardedContents, openOutside: (url: string) => void): void {
  for (const event of ['will-navigate', 'will-redirect', 'will-frame-navigate'] as const) {
    contents.on(event, (navigation) => {
      if (navigation.url !== undefined && isOurPage(navigation.url)) return;
      navigation.preventDefault();
      // will-frame-navigate comes for the main frame too: only one of the two may open the link.
      if (event === 'will-navigate' && navigation.url !== undefined && mayOpenOutside(navigation.url)) openOutside(navigation.url);
    });
  }
  contents.on('will-attach-webview', (attachment) => attachment.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    if (mayOpenOutside(url)) openOutside(url);
    return { action: 'deny' };
  });
}

/** Denies what a page may ask of the browser, and every request that leaves the product. */
export function guardSession(session: GuardedSession): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(mayHavePermission(permission)));
  session.setPermissionCheckHandler((_contents, permission) => mayHavePermission(permission));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url) }));
}
