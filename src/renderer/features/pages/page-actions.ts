import { toAddress } from '../../../shared/address/address.ts';
import { pageOf, pageStart, type PageNumber } from '../../../shared/address/page.ts';
import { PAGE_STATES } from '../../../shared/model/page-state.ts';
import type { PageLimits } from '../../kernels/page-grid/pieces.ts';
import { spanAt, type PageSpans } from '../../kernels/page-grid/spans.ts';
import type { AppState } from '../../state/app-state.ts';
import { Notices } from '../../state/notices.ts';
import type { PagesPicture } from './pages-data.ts';
import { stateLook } from './page-words.ts';
import { zoomed, type PagesUiStore } from './pages-ui-store.ts';
import type { PageKey } from './table-keys.ts';
import { goToPage, selectPages } from './use-pages.ts';

/** Asks the service for the nearest page of the sought state and goes there; says so when there is none. */
export async function findPage(app: AppState, ui: PagesUiStore, direction: 'next' | 'previous', limits: PageLimits | undefined): Promise<void> {
  const notices = new Notices(app.session);
  const { session } = app.session.getState();
  if (session === undefined) return;
  const { sought } = ui.state;
  const state = PAGE_STATES[sought] ?? 'anonymous';
  const from = app.cursor.getState().address ?? toAddress(0n);
  try {
    const range = limits === undefined ? {} : { start: pageStart(limits.firstPage as PageNumber), end: pageStart(limits.endPage as PageNumber) };
    const found = await app.clients.pages.find({ sessionId: session.sessionId, from, direction, filter: { states: [state] }, ...range });
    if (found === null) notices.info(`No page ${direction === 'next' ? 'above' : 'below'} this one is in the state “${stateLook(sought).name}”.`);
    else goToPage(app, pageOf(found.page), 'jump', 'pages-find');
  } catch (error) {
    notices.error(error);
  }
}

/** Keys that mean the same in the table and in the grid. False when the key is not one of them. */
export function commonKey(key: PageKey, app: AppState, ui: PagesUiStore, picture: PagesPicture | undefined, limits: PageLimits | undefined): boolean {
  switch (key.kind) {
    case 'find':
      // Later addresses are further up: "next" follows the eye, downwards.
      void findPage(app, ui, key.direction === 'next' ? 'previous' : 'next', limits);
      return true;
    case 'zoom':
      ui.update(zoomed(ui.state, key.step));
      return true;
    case 'fold':
      ui.update({ fold: !ui.state.fold });
      return true;
    case 'search':
      document.querySelector<HTMLInputElement>('.pg-search input')?.focus();
      return true;
    case 'permissions':
      app.commands.run('pages.permissions');
      return true;
    case 'bytes':
      app.commands.run('view.memory');
      return true;
    case 'clear':
      app.cursor.select(undefined);
      return true;
    case 'select-region': {
      const at = cursorSpan(app, picture);
      if (at !== undefined) selectPages(app, at.spans.firstPage[at.span] ?? 0, (at.spans.endPage[at.span] ?? 1) - 1);
      return true;
    }
    case 'region': {
      const at = cursorSpan(app, picture);
      const to = at === undefined ? -1 : at.span - key.step;
      if (at !== undefined && to >= 0 && to < at.spans.length) goToPage(app, (at.spans.endPage[to] ?? 1) - 1, 'step', 'pages-find');
      return true;
    }
    case 'move': case 'edge': return false;
  }
}

function cursorSpan(app: AppState, picture: PagesPicture | undefined): { readonly spans: PageSpans; readonly span: number } | undefined {
  const { address } = app.cursor.getState();
  if (address === undefined || picture === undefined) return undefined;
  const span = spanAt(picture.spans, pageOf(address));
  return span < 0 ? undefined : { spans: picture.spans, span };
}
