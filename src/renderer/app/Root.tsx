import { useCallback, useEffect, useState } from 'react';
import { errorFacts, type ErrorFacts } from '../../shared/model/errors.ts';
import { createClients } from '../../shared/rpc/clients.ts';
import type { Port } from '../../shared/rpc/port.ts';
import type { AppState } from '../state/app-state.ts';
import type { SettingsStore } from '../state/settings-store.ts';
import { AppContext } from '../widgets/app-context.tsx';
import { App } from './App.tsx';
import { ConnectionOverlay } from './ConnectionOverlay.tsx';
import { createApp } from './create-app.ts';

declare global {
  interface Window {
    /** For end-to-end tests: resolves when the window has come to rest. */
    __vmatlas?: { readonly whenIdle: () => Promise<void> };
  }
}

interface Props {
  readonly settings: SettingsStore;
  readonly connect: () => Promise<Port>;
}

/** Holds the connection: makes the app on each new one, and keeps the old picture behind an overlay when it is lost. */
export function Root({ settings, connect }: Props) {
  const [app, setApp] = useState<{ readonly state: AppState; readonly attempt: number }>();
  const [trouble, setTrouble] = useState<ErrorFacts>();
  const [attempt, setAttempt] = useState(0);
  const [connecting, setConnecting] = useState(true);

  useEffect(() => {
    let unwanted = false;
    connect().then(
      (port) => {
        if (unwanted) {
          port.close();
          return;
        }
        const { clients, channel } = createClients(port);
        const made = createApp(clients, settings);
        window.__vmatlas = { whenIdle: () => made.controller.whenIdle() };
        channel.onClosed((ending) => {
          made.session.setState({ connection: 'lost' });
          setTrouble(ending.facts());
        });
        setApp((before) => {
          before?.state.controller.dispose();
          return { state: made, attempt };
        });
        setTrouble(undefined);
        setConnecting(false);
      },
      (error: unknown) => {
        if (unwanted) return;
        setTrouble(errorFacts(error));
        setConnecting(false);
      },
    );
    return () => {
      unwanted = true;
    };
  }, [connect, settings, attempt]);

  const retry = useCallback(() => {
    setConnecting(true);
    setAttempt((count) => count + 1);
  }, []);

  return (
    <>
      {app === undefined ? null : (
        <AppContext value={app.state}>
          <App key={app.attempt} />
        </AppContext>
      )}
      {trouble === undefined ? null : <ConnectionOverlay facts={trouble} connecting={connecting} hasPicture={app !== undefined} onRetry={retry} />}
      {app === undefined && trouble === undefined ? <div className="connecting" role="status">Connecting…</div> : null}
    </>
  );
}
