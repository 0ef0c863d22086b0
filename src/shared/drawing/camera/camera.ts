/**
 * The camera over the map: one point of the address space that lies at one height of the panel, and a zoom.
 *
 *      panel                     y, CSS px, grows downward; addresses grow upward
 *     ┌─────────────┐ 0
 *     │             │
 *     │─────────────│ atPx       the point address + fraction lies here
 *     │             │
 *     └─────────────┘ panelPx
 *
 * The point is a bigint and a fraction of a byte in [0, 1). Distances are taken in bigint first and only then as doubles, so that they are as exact beside 2^64 as beside 0.
 */
export interface Camera {
  readonly address: bigint;
  readonly fraction: number;
  readonly atPx: number;
  /** 1 shows the layout as it was laid out. */
  readonly zoom: number;
}

/** A place between two bytes or inside one: address + fraction, 0 to 2^64. */
export interface MapPoint {
  readonly address: bigint;
  readonly fraction: number;
}

/** Segments on each of which px are linear in bytes; the layout has one per row (schematic) or one in all (true scale). */
export interface Axis {
  readonly segments: number;
  edgeAddress(i: number): bigint;
  edgeUpPx(i: number): number;
  segmentOf(address: bigint): number;
}

export interface ZoomLimits {
  readonly minZoom: number;
  /** The closest look: this many px for one byte. */
  readonly maxPxPerByte: number;
}

/** Px per byte where the address lies. */
export function pxPerByteAt(axis: Axis, camera: Camera, address: bigint): number {
  return segmentPxPerByte(axis, axis.segmentOf(address), camera.zoom);
}

/** Height on the panel of a point. The byte at address A covers yOf(A + 1) to yOf(A). */
export function yOf(axis: Axis, camera: Camera, point: MapPoint): number {
  const from = axis.segmentOf(camera.address);
  const to = axis.segmentOf(point.address);
  if (from === to) {
    return camera.atPx - (Number(point.address - camera.address) + (point.fraction - camera.fraction)) * segmentPxPerByte(axis, from, camera.zoom);
  }
  const fromPxPerByte = segmentPxPerByte(axis, from, camera.zoom);
  const toPxPerByte = segmentPxPerByte(axis, to, camera.zoom);
  if (to > from) {
    const out = (Number(axis.edgeAddress(from + 1) - camera.address) - camera.fraction) * fromPxPerByte;
    const between = (axis.edgeUpPx(to) - axis.edgeUpPx(from + 1)) * camera.zoom;
    const into = (Number(point.address - axis.edgeAddress(to)) + point.fraction) * toPxPerByte;
    return camera.atPx - out - between - into;
  }
  const out = (Number(camera.address - axis.edgeAddress(from)) + camera.fraction) * fromPxPerByte;
  const between = (axis.edgeUpPx(from) - axis.edgeUpPx(to + 1)) * camera.zoom;
  const into = (Number(axis.edgeAddress(to + 1) - point.address) - point.fraction) * toPxPerByte;
  return camera.atPx + out + between + into;
}

/** The point at a height of the panel. Beyond the ends of the space: its first or last point. */
export function pointAt(axis: Axis, camera: Camera, y: number): MapPoint {
  const from = axis.segmentOf(camera.address);
  const pxPerByte = segmentPxPerByte(axis, from, camera.zoom);
  const upPx = camera.atPx - y;
  const toTop = (Number(axis.edgeAddress(from + 1) - camera.address) - camera.fraction) * pxPerByte;
  const toBottom = (Number(camera.address - axis.edgeAddress(from)) + camera.fraction) * pxPerByte;
  if (upPx < toTop && upPx >= -toBottom) return within(axis, from, movePoint(camera, upPx / pxPerByte));
  return upPx >= toTop ? pointAbove(axis, from, (upPx - toTop) / camera.zoom) : pointBelow(axis, from, (-upPx - toBottom) / camera.zoom);
}

export function zoomAbout(axis: Axis, camera: Camera, y: number, factor: number, limits: ZoomLimits): Camera {
  const focus = pointAt(axis, camera, y);
  return clampZoom(axis, { ...focus, atPx: y, zoom: camera.zoom * factor }, limits);
}

/** Keeps the zoom inside its limits; the camera's own point stays where it is. */
export function clampZoom(axis: Axis, camera: Camera, limits: ZoomLimits): Camera {
  const atOne = segmentPxPerByte(axis, axis.segmentOf(camera.address), 1);
  const zoom = Math.max(limits.minZoom, Math.min(camera.zoom, limits.maxPxPerByte / atOne));
  return zoom === camera.zoom ? camera : { ...camera, zoom };
}

export function panBy(camera: Camera, downPx: number): Camera {
  return { ...camera, atPx: camera.atPx + downPx };
}

/** Names the same view by the point at height `y`. A camera whose point has left the panel would lose digits with every move. */
export function anchorAt(axis: Axis, camera: Camera, y: number): Camera {
  return { ...pointAt(axis, camera, y), atPx: y, zoom: camera.zoom };
}

/**
 * Keeps the content on the panel: its ends stay outside or at the panel's padding; content lower than the panel sits at the top padding. Doing it twice changes nothing more.
 */
export function clampPan(axis: Axis, camera: Camera, panelPx: number, paddingPx: number): Camera {
  const topY = yOf(axis, camera, { address: axis.edgeAddress(axis.segments), fraction: 0 });
  const bottomY = yOf(axis, camera, { address: 0n, fraction: 0 });
  const room = panelPx - 2 * paddingPx;
  // A hair of slack: the fitted view must not be moved by rounding.
  if (bottomY - topY <= room + 1e-6) return shift(paddingPx - topY);
  if (topY > paddingPx) return shift(paddingPx - topY);
  if (bottomY < panelPx - paddingPx) return shift(panelPx - paddingPx - bottomY);
  return camera;

  function shift(downPx: number): Camera {
    return Math.abs(downPx) < 1e-9 ? camera : panBy(camera, downPx);
  }
}

/** A view that fills the panel with [start, end), inside the zoom limits. */
export function fitRange(axis: Axis, start: bigint, end: bigint, panelPx: number, paddingPx: number, limits: ZoomLimits): Camera {
  const atOne: Camera = { address: start, fraction: 0, atPx: 0, zoom: 1 };
  const heightAtOne = -yOf(axis, atOne, { address: end, fraction: 0 });
  const zoom = (panelPx - 2 * paddingPx) / Math.max(heightAtOne, Number.MIN_VALUE);
  const clamped = clampZoom(axis, { ...atOne, zoom }, limits);
  const heightPx = heightAtOne * clamped.zoom;
  const middle = pointAt(axis, { ...clamped, atPx: heightPx }, heightPx / 2);
  return { ...middle, atPx: panelPx / 2, zoom: clamped.zoom };
}

function segmentPxPerByte(axis: Axis, segment: number, zoom: number): number {
  const bytes = Number(axis.edgeAddress(segment + 1) - axis.edgeAddress(segment));
  return ((axis.edgeUpPx(segment + 1) - axis.edgeUpPx(segment)) * zoom) / bytes;
}

/** Adds a number of bytes, with its fraction, to a point. */
function movePoint(point: MapPoint, bytes: number): MapPoint {
  const whole = Math.floor(bytes);
  const fraction = point.fraction + (bytes - whole);
  const carry = fraction >= 1 ? 1 : 0;
  return { address: point.address + BigInt(whole) + BigInt(carry), fraction: fraction - carry };
}

/** Rounding may step over the segment's edge by a part of a byte: stay inside. */
function within(axis: Axis, segment: number, point: MapPoint): MapPoint {
  const low = axis.edgeAddress(segment);
  const high = axis.edgeAddress(segment + 1);
  if (point.address < low) return { address: low, fraction: 0 };
  if (point.address >= high) return segment === axis.segments - 1 ? { address: high, fraction: 0 } : { address: high - 1n, fraction: 1 - 2 ** -20 };
  return point;
}

/** Point `px` (at zoom 1) above the upper edge of segment `from`. */
function pointAbove(axis: Axis, from: number, px: number): MapPoint {
  const base = axis.edgeUpPx(from + 1);
  let low = from + 1;
  let high = axis.segments - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (axis.edgeUpPx(middle) - base <= px) low = middle;
    else high = middle - 1;
  }
  if (low >= axis.segments) return { address: axis.edgeAddress(axis.segments), fraction: 0 };
  const into = px - (axis.edgeUpPx(low) - base);
  const bytes = into / segmentPxPerByte(axis, low, 1);
  return within(axis, low, movePoint({ address: axis.edgeAddress(low), fraction: 0 }, Math.max(0, bytes)));
}

/** Point `px` (at zoom 1) below the lower edge of segment `from`. */
function pointBelow(axis: Axis, from: number, px: number): MapPoint {
  const base = axis.edgeUpPx(from);
  let low = 0;
  let high = from - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (base - axis.edgeUpPx(middle + 1) <= px) high = middle;
    else low = middle + 1;
  }
  if (high < 0) return { address: 0n, fraction: 0 };
  const into = px - (base - axis.edgeUpPx(low + 1));
  const bytes = into / segmentPxPerByte(axis, low, 1);
  return within(axis, low, movePoint({ address: axis.edgeAddress(low + 1), fraction: 0 }, -Math.max(0, bytes)));
}
