import { formatAddress, SPACE_END, toAddress, type Address } from '../../../shared/address/address.ts';
import { formatRange, type AddressRange } from '../../../shared/address/range.ts';
import { formatSize } from '../../../shared/address/size.ts';
import type { Region } from '../../../shared/model/region.ts';
import { inputZone, type ZonePoint } from '../../canvas/input-zone.ts';
import { pxPerByteAt } from '../../../shared/drawing/camera/camera.ts';
import { hitAt } from '../../../shared/drawing/map/hit.ts';
import { ITEM_GROUP } from '../../../shared/drawing/level-of-detail/draw-list.ts';
import type { AppState } from '../../state/app-state.ts';
import type { HoverCard } from './hover-card.ts';
import { hoverFacts } from './hover-words.ts';
import type { MapView } from './map-view.ts';
import { stripTarget } from '../../../shared/drawing/map/paint/minimap.ts';
import type { Scene } from '../../../shared/drawing/map/paint/scene.ts';

/** One notch of a wheel (100 to 120 px) zooms by about a third. */
const ZOOM_PER_PX = 0.0026;
/** A pinch reports small steps. */
const PINCH_PER_PX = 0.01;
/** A click inside a block names the exact place once a page is this high; before that, the region's start. */
const EXACT_FROM_PX_PER_PAGE = 8;

export interface MenuRequest {
  readonly clientX: number;
  readonly clientY: number;
  readonly address: Address;
  readonly region: Region;
}

/** Pointer and wheel on the map. Answers how to stop. */
export function bindPointer(element: HTMLElement, view: MapView, app: AppState, card: HoverCard, openMenu: (request: MenuRequest) => void): () => void {
  let mode: 'pan' | 'select' | 'strip' = 'pan';
  let from: Address | undefined;

  const select = (point: ZonePoint): AddressRange | undefined => {
    const to = view.hitAt(point.x, point.y)?.address;
    const scene = view.scene;
    if (from === undefined || to === undefined || !scene) return undefined;
    const range = snapRange(scene, from, to);
    app.cursor.select(range);
    card.showText(`${formatSize(range.end - range.start)}   ${formatRange(range)}`, point.x, point.y, view.widthPx, view.heightPx);
    return range;
  };

  const end = inputZone(element, {
    wheel(point, stepX, stepY, zoom, pinch) {
      card.hide();
      view.hover(undefined);
      if (zoom) view.zoomAt(point.y, Math.exp(-stepY * (pinch ? PINCH_PER_PX : ZOOM_PER_PX)));
      // With Shift, browsers report a vertical wheel as a horizontal one.
      else view.panBy(-(stepY === 0 ? stepX : stepY));
    },
    hover(point) {
      const onBlocks = point !== undefined && point.x > (view.scene?.geometry.wedgeEndX ?? 0);
      const callout = point && view.calloutAt(point.x, point.y);
      const row = view.hover(onBlocks && callout === undefined ? point.y : undefined);
      element.style.cursor = callout?.address === undefined ? '' : 'pointer';
      if (point && callout?.address !== undefined) {
        card.showText(`${callout.words}   ${formatAddress(callout.address)}`, point.x, point.y, view.widthPx, view.heightPx);
        return;
      }
      const hit = point && onBlocks ? view.hitAt(point.x, point.y) : undefined;
      if (!point || !hit || !view.scene) card.hide();
      else card.show(hoverFacts(view.scene, hit, view.residencyOf(row)), point.x, point.y, view.widthPx, view.heightPx);
    },
    dragStart(drag) {
      card.hide();
      const onStrip = drag.startX < (view.scene?.geometry.wedgeEndX ?? 0);
      mode = onStrip ? 'strip' : drag.shift ? 'select' : 'pan';
      from = mode === 'select' ? view.hitAt(drag.startX, drag.startY)?.address : undefined;
      element.style.cursor = mode === 'pan' ? 'grabbing' : mode === 'select' ? 'crosshair' : '';
    },
    drag(drag) {
      if (mode === 'pan') view.panBy(drag.stepY);
      else if (mode === 'select') select(drag);
      else if (view.scene) view.centreOn(stripTarget(view.scene, drag.y));
    },
    dragEnd() {
      element.style.cursor = '';
      card.hide();
    },
    click(point) {
      const scene = view.scene;
      if (!scene) return;
      if (point.x < scene.geometry.wedgeEndX) view.centreOn(stripTarget(scene, point.y));
      else goThere(app, scene, point, placeAt(view, scene, point));
    },
    doubleClick(point) {
      const range = rangeAt(view, point.y);
      if (range) view.showRange(range);
    },
    pinch(point, factor, _stepX, stepY) {
      card.hide();
      view.zoomAt(point.y, factor);
      view.panBy(stepY);
    },
    contextMenu(point, clientX, clientY, byKey) {
      const { address: cursor } = app.cursor.getState();
      const cursorY = cursor === undefined ? undefined : view.scene?.yOf(cursor);
      if (byKey && cursor !== undefined && cursorY !== undefined) {
        // A menu asked for by a key is that of the cursor, and stands beside it.
        const region = view.table?.regionAt(cursor);
        const y = Math.max(0, Math.min(view.heightPx, cursorY));
        if (region) openMenu({ clientX: clientX - point.x + view.widthPx / 2, clientY: clientY - point.y + y, address: cursor, region });
        return;
      }
      const address = view.scene && placeAt(view, view.scene, point);
      const region = address === undefined ? undefined : view.table?.regionAt(address);
      card.hide();
      if (region && address !== undefined) openMenu({ clientX, clientY, address, region });
    },
  });
  return () => {
    end();
    card.hide();
  };
}

/** Where a click leads. A name beside a block leads to what it names, whatever is drawn at its height. */
function placeAt(view: MapView, scene: Scene, { x, y }: ZonePoint): Address | undefined {
  return view.calloutAt(x, y)?.address ?? clickTarget(scene, x, y);
}

function goThere(app: AppState, scene: Scene, point: ZonePoint, target: Address | undefined): void {
  if (target === undefined) return;
  if (point.shift) {
    const { address } = app.cursor.getState();
    if (address !== undefined) app.cursor.select(snapRange(scene, address, target));
  } else {
    app.cursor.select(undefined);
    app.cursor.goTo(target, 'map');
  }
}

/** Where a click leads: the exact byte on a close look, the section or frame under the pointer, else the start of the region. In the stack that is rsp: its low end is nothing anyone looks for. */
function clickTarget(scene: Scene, x: number, y: number): Address | undefined {
  const hit = hitAt(scene, x, y);
  if (!hit) return undefined;
  const { region, address: exact } = hit;
  if (hit.grid) return exact;
  const pxPerByte = pxPerByteAt(scene.axis, scene.camera, exact);
  if (pxPerByte >= 1) return exact;
  if (pxPerByte * 4096 >= EXACT_FROM_PX_PER_PAGE) return toAddress(exact & ~(pxPerByte * 16 >= 1 ? 0xfn : 0xfffn));
  const sp = region.kind === 'stack' || region.kind === 'thread-stack' ? scene.marks.find((mark) => mark.kind === 'sp' && mark.address >= region.start && mark.address < region.end) : undefined;
  if (sp) return sp.address;
  const span = scene.insides.spans(region).find((one) => one.start <= exact && exact < one.end);
  return span?.start ?? region.start;
}

/** A closed group as a whole, else the region: what Enter and a double click zoom to. */
export function rangeAt(view: MapView, y: number): AddressRange | undefined {
  const row = view.rowAt(y);
  return row < 0 ? undefined : rangeOfRow(view, row);
}

export function rangeOfRow(view: MapView, row: number): AddressRange | undefined {
  const scene = view.scene;
  if (!scene) return undefined;
  const { table } = scene.model;
  const { list } = scene;
  for (let i = 0; i < list.length; i++) {
    const first = list.first[i] ?? 0;
    const last = list.last[i] ?? 0;
    if (list.type[i] === ITEM_GROUP && (list.alpha[i] ?? 0) >= 0.5 && first <= row && row <= last) return { start: table.startAt(first), end: table.endAt(last) };
  }
  return { start: table.startAt(row), end: table.endAt(row) };
}

/** Both ends on bytes, rows of 16 or pages, whichever is the finest that the zoom can tell apart. */
function snapRange(scene: Scene, a: Address, b: Address): AddressRange {
  const pxPerByte = pxPerByteAt(scene.axis, scene.camera, b);
  const step = pxPerByte >= 1 ? 1n : pxPerByte * 16 >= 1 ? 16n : 4096n;
  const [low, high] = a < b ? [a, b] : [b, a];
  const end = (high / step + 1n) * step;
  return { start: toAddress((low / step) * step), end: end > SPACE_END ? SPACE_END : toAddress(end) };
}
