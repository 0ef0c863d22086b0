import type { Clients } from '../../shared/rpc/services.ts';
import type { IdleDetector } from './idle-detector.ts';

/** The same clients, with every call counted by the idle detector. Subscriptions pass through. */
export function trackClients(clients: Clients, idle: IdleDetector): Clients {
  const wrap = <T extends object>(service: T): T =>
    new Proxy(service, {
      get(target, name, receiver) {
        const member: unknown = Reflect.get(target, name, receiver);
        if (typeof member !== 'function' || name === 'on') return member;
        return (...args: unknown[]): unknown => {
          const answer: unknown = Reflect.apply(member, target, args);
          return answer instanceof Promise ? idle.track(answer) : answer;
        };
      },
    });
  // Every service there is, also one that is added later: its keys are Clients' own.
  return Object.fromEntries(Object.entries(clients).map(([name, service]) => [name, wrap(service)])) as object as Clients;
}
