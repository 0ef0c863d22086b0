import type { Address } from '../../../shared/address/address.ts';
import type { FaultEvidence, FaultPlace } from '../../../shared/model/explanation.ts';
import type { AppState } from '../../state/app-state.ts';
import { evidenceView } from './fault-words.ts';

/** Who moves the cursor. */
export const MOVED_BY = 'fault';

export function goTo({ cursor }: AppState, address: Address): void {
  cursor.select(undefined);
  cursor.goTo(address, MOVED_BY);
}

/** Moves cursor, selection or frame to a place. */
async function goToPlace(app: AppState, place: FaultPlace): Promise<void> {
  if (place.kind === 'address') goTo(app, place.address);
  else if (place.kind === 'range') {
    app.cursor.goTo(place.range.start, MOVED_BY);
    app.cursor.select(place.range);
  } else {
    if (app.session.getState().selectedThread !== place.threadId) await app.controller.selectThread(place.threadId);
    await app.controller.selectFrame(place.frameLevel);
  }
}

/** Brings the view of a claim to the front, at its place. */
export function showEvidence(app: AppState, evidence: FaultEvidence): void {
  const view = evidenceView(evidence);
  if (view !== undefined) app.commands.run(`view.${view}`);
  if (evidence.at !== undefined) void goToPlace(app, evidence.at);
}
