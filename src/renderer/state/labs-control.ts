import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorFacts, VmatlasError, type ErrorFacts } from '../../shared/model/errors.ts';
import type { Lab, LabCheckResult, LabLanguage, LabPlace, LabProgress, LabReport, LabRun, LabSummary } from '../../shared/model/lab.ts';
import type { LabToolchain } from '../../shared/rpc/contracts/labs.ts';
import type { Clients } from '../../shared/rpc/services.ts';
import type { CursorStore } from './cursor-store.ts';
import type { SessionController } from './session-controller.ts';
import type { SessionStore } from './session-store.ts';

/** What the window knows of its labs. */
export interface LabsView {
  /** The labs are shown: beside the views, or as the whole window while nothing is open. */
  readonly shown: boolean;
  readonly list: readonly LabSummary[] | undefined;
  readonly toolchain: LabToolchain | undefined;
  /** By lab. */
  readonly progress: ReadonlyMap<string, LabProgress>;
  /** The lab that is open; undefined: the list. */
  readonly name: string | undefined;
  /** Its contents; undefined until they have come. */
  readonly lab: Lab | undefined;
  /** Chosen for it. */
  readonly language: LabLanguage;
  /** Labs whose session is open, by session. */
  readonly runs: ReadonlyMap<string, LabRun>;
  /** What was verified in a session, by session and check. */
  readonly results: ReadonlyMap<string, ReadonlyMap<string, LabCheckResult>>;
  readonly reports: ReadonlyMap<string, LabReport>;
  /** What is written in the form of the user's own program. */
  readonly own: OwnDraft;
  /** A lab is being compiled and started: how far. */
  readonly starting: string | undefined;
  /** Checks are being made: how far. */
  readonly verifying: string | undefined;
  /** Why list or lab could not be had. */
  readonly problem: ErrorFacts | undefined;
  readonly startProblem: ErrorFacts | undefined;
  readonly verifyProblem: ErrorFacts | undefined;
}

export interface OwnProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

/** As it is typed: arguments are not split yet. */
export interface OwnDraft {
  readonly program: string;
  readonly args: string;
  readonly cwd: string;
}

/** Lists labs, starts one as the session of the window, has it verified, and remembers. */
export interface LabsControl extends StoreApi<LabsView> {
  show(shown: boolean): void;
  /** Opens a lab's page; undefined goes back to the list. */
  choose(name: string | undefined): void;
  setLanguage(language: LabLanguage): void;
  /** The session that is open now is closed once the lab stands. */
  start(): Promise<void>;
  startOwn(own: OwnProgram): Promise<void>;
  setOwn(changes: Partial<OwnDraft>): void;
  cancelStart(): void;
  verify(only?: readonly string[]): Promise<void>;
  cancelVerify(): void;
  predict(prediction: string, option: number): void;
  forget(): void;
  /** Moves the cursor to a place of the lab's program. */
  goTo(place: LabPlace): Promise<void>;
  /** The lab that the shown session is of. */
  currentRun(): LabRun | undefined;
}

const EMPTY: LabsView = {
  shown: false, list: undefined, toolchain: undefined, progress: new Map(), name: undefined, lab: undefined, language: 'c', runs: new Map(), results: new Map(), reports: new Map(), own: { program: '', args: '', cwd: '' }, starting: undefined,
  verifying: undefined, problem: undefined, startProblem: undefined, verifyProblem: undefined,
};

interface Sources {
  readonly clients: Pick<Clients, 'labs'>;
  readonly session: SessionStore;
  readonly cursor: CursorStore;
  readonly controller: Pick<SessionController, 'replaceWith'>;
}

export function createLabsControl({ clients: { labs }, session, cursor, controller }: Sources): LabsControl {
  const store = createStore<LabsView>(() => EMPTY);
  let loaded = false;
  let starting: AbortController | undefined;
  let verifying: AbortController | undefined;
  /** Where a step led last: a program that is started anew has the place elsewhere. */
  let visited: { readonly sessionId: string; readonly place: LabPlace } | undefined;

  const remember = (progress: LabProgress): void => store.setState((view) => ({ progress: new Map([...view.progress, [progress.lab, progress]]) }));
  const sessionId = (): string | undefined => session.getState().session?.sessionId;
  const currentRun = (): LabRun | undefined => store.getState().runs.get(sessionId() ?? '');
  const failed = (error: unknown): void => store.setState({ problem: errorFacts(error) });

  /** Asked when the labs are first shown: a window without them asks nothing. */
  const load = (): void => {
    if (loaded) return;
    loaded = true;
    store.setState({ problem: undefined });
    labs.list({}).then((list) => store.setState({ list }), (error: unknown) => {
      loaded = false;
      failed(error);
    });
    labs.toolchain({}).then((toolchain) => store.setState({ toolchain }), failed);
    labs.progress({}).then((all) => store.setState({ progress: new Map(all.map((one) => [one.lab, one])) }), failed);
  };

  const choose = (name: string | undefined, language?: LabLanguage): void => {
    load();
    store.setState({ name, lab: undefined, problem: undefined, startProblem: undefined, verifyProblem: undefined });
    if (name === undefined) return;
    labs.get({ name }).then((lab) => {
      if (store.getState().name !== name) return;
      const run = currentRun();
      const wanted = language ?? (run?.lab === name ? run.language : store.getState().language);
      store.setState({ lab, language: lab.languages.includes(wanted) ? wanted : lab.languages[0] ?? 'c' });
    }, (error: unknown) => {
      if (store.getState().name === name) failed(error);
    });
  };

  const begin = async (words: string, ask: (signal: AbortSignal, onProgress: (words: string) => void) => Promise<LabRun>): Promise<void> => {
    if (starting !== undefined) return;
    const work = new AbortController();
    starting = work;
    store.setState({ starting: words, startProblem: undefined, verifyProblem: undefined });
    try {
      const run = await ask(work.signal, (progress) => store.setState({ starting: progress }));
      store.setState((view) => ({ runs: new Map([...view.runs, [run.sessionId, run]]) }));
      await controller.replaceWith(run.sessionId);
    } catch (error) {
      const facts = errorFacts(error);
      if (facts.code !== 'cancelled') store.setState({ startProblem: facts });
    } finally {
      starting = undefined;
      store.setState({ starting: undefined });
    }
  };

  labs.on('checked', ({ sessionId: of, result }) => store.setState(({ results }) => ({ results: new Map([...results, [of, new Map([...(results.get(of) ?? []), [result.id, result]])]]) })));
  labs.on('progressChanged', remember);

  const revisit = async (place: LabPlace): Promise<void> => {
    const id = sessionId();
    if (id === undefined) return;
    try {
      cursor.goTo((await labs.resolve({ sessionId: id, place })).address, 'labs');
    } catch (error) {
      // The program has not come so far again: then the cursor stays.
      if (errorFacts(error).code === 'internal') throw error;
    }
  };

  /** A window that is opened anew while a lab runs shows that lab. */
  let asked = '';
  const adopt = (): void => {
    const id = sessionId();
    if (id === undefined || id === asked) return;
    asked = id;
    if (store.getState().runs.has(id) || starting !== undefined) return;
    labs.runs({}).then((runs) => {
      const run = runs.find((one) => one.sessionId === id);
      if (run === undefined || sessionId() !== id) return;
      store.setState((view) => ({ runs: new Map([...view.runs, [id, run]]), shown: true }));
      choose(run.lab, run.language);
      // Without it the window is whole: the session is there, only not as a lab.
    }, () => {});
  };
  session.subscribe(adopt);
  adopt();

  return {
    ...store,
    currentRun,
    show(shown) {
      if (shown) {
        load();
        const run = currentRun();
        if (run !== undefined && store.getState().name === undefined) choose(run.lab, run.language);
      }
      store.setState({ shown });
    },
    choose: (name) => choose(name),
    setLanguage: (language) => store.setState({ language, startProblem: undefined }),
    async start() {
      const { name, language } = store.getState();
      if (name !== undefined) await begin('Starting…', (signal, told) => labs.start({ name, language }, { signal, onProgress: ({ words }) => told(words) }));
    },
    startOwn: (own) => begin('Starting the program…', (signal, told) => labs.startOwn(own, { signal, onProgress: ({ words }) => told(words) })),
    setOwn: (changes) => store.setState(({ own }) => ({ own: { ...own, ...changes } })),
    cancelStart: () => starting?.abort(),
    async verify(only) {
      const run = currentRun();
      if (run === undefined || verifying !== undefined) return;
      const work = new AbortController();
      verifying = work;
      const pid = session.getState().session?.target?.pid;
      store.setState(({ results }) => ({
        verifying: 'Checking…', verifyProblem: undefined,
        results: new Map([...results, [run.sessionId, new Map([...(results.get(run.sessionId) ?? [])].filter(([id]) => only !== undefined && !only.includes(id)))]]),
      }));
      try {
        const report = await labs.verify({ sessionId: run.sessionId, ...(only === undefined ? {} : { only }) }, { signal: work.signal, onProgress: ({ words }) => store.setState({ verifying: words }) });
        store.setState(({ results, reports }) => ({
          results: new Map([...results, [run.sessionId, new Map([...(results.get(run.sessionId) ?? []), ...report.results.map((result) => [result.id, result] as const)])]]),
          reports: new Map([...reports, [run.sessionId, report]]),
        }));
        if (session.getState().session?.target?.pid !== pid && visited?.sessionId === run.sessionId) await revisit(visited.place);
      } catch (error) {
        const facts = errorFacts(error);
        if (facts.code !== 'cancelled') store.setState({ verifyProblem: facts });
      } finally {
        verifying = undefined;
        store.setState({ verifying: undefined });
      }
    },
    cancelVerify: () => verifying?.abort(),
    predict(prediction, option) {
      const { name } = store.getState();
      if (name !== undefined) labs.predict({ name, prediction, option }).then(remember, failed);
    },
    forget() {
      const { name } = store.getState();
      if (name === undefined) return;
      labs.forget({ name }).then(() => store.setState(({ progress }) => ({ progress: new Map([...progress].filter(([lab]) => lab !== name)) })), failed);
    },
    async goTo(place) {
      const run = currentRun();
      if (run === undefined) throw new VmatlasError({ code: 'wrong-state', message: 'The lab’s program is not running.', remedy: 'Start the lab first.' });
      const { address } = await labs.resolve({ sessionId: run.sessionId, place });
      visited = { sessionId: run.sessionId, place };
      cursor.goTo(address, 'labs');
    },
  };
}
