import type { AddressRange } from '../../address/range.ts';
import { anchorAt, clampPan, clampZoom, fitRange, panBy, pointAt, pxPerByteAt, yOf, zoomAbout, type Camera, type MapPoint, type ZoomLimits } from '../camera/camera.ts';
import type { MapAxis } from '../map-layout/axis.ts';
import { PADDING_PX } from './paint/geometry.ts';

/** The closest look: a byte is a block of its own. */
const MAX_PX_PER_BYTE = 24;
/** Around a region that is zoomed to. */
const RANGE_PADDING_PX = 28;

export function limitsOf(axis: MapAxis): ZoomLimits {
  return { minZoom: axis.minZoom, maxPxPerByte: MAX_PX_PER_BYTE };
}

/** The home view: all of it in schematic scale, the user half in true scale. */
export function homeCamera(axis: MapAxis, panelPx: number): Camera {
  return clampPan(axis, { address: 0n, fraction: 0, atPx: panelPx - PADDING_PX, zoom: axis.fitZoom }, panelPx, PADDING_PX);
}

export function isHome(axis: MapAxis, camera: Camera): boolean {
  return camera.zoom <= axis.fitZoom * 1.0001;
}

/** Inside the limits, on the content, and named by a point on the panel. */
export function settle(axis: MapAxis, camera: Camera, panelPx: number): Camera {
  const clamped = clampPan(axis, clampZoom(axis, camera, limitsOf(axis)), panelPx, PADDING_PX);
  return clamped.atPx < 0 || clamped.atPx > panelPx ? anchorAt(axis, clamped, panelPx / 2) : clamped;
}

export function zoomed(axis: MapAxis, camera: Camera, y: number, factor: number, panelPx: number): Camera {
  return settle(axis, zoomAbout(axis, camera, y, factor, limitsOf(axis)), panelPx);
}

export function panned(axis: MapAxis, camera: Camera, downPx: number, panelPx: number): Camera {
  return settle(axis, panBy(camera, downPx), panelPx);
}

export function showing(axis: MapAxis, range: AddressRange, panelPx: number): Camera {
  return settle(axis, fitRange(axis, range.start, range.end, panelPx, RANGE_PADDING_PX, limitsOf(axis)), panelPx);
}

/** The same zoom with the address in the middle. */
export function centredOn(axis: MapAxis, camera: Camera, address: bigint, panelPx: number): Camera {
  return settle(axis, { address, fraction: 0, atPx: panelPx / 2, zoom: camera.zoom }, panelPx);
}

/** The view in another scale that shows the same point at the same height, as closely. */
export function inScale(from: MapAxis, to: MapAxis, camera: Camera, focus: MapPoint, panelPx: number): Camera {
  const y = yOf(from, camera, focus);
  const perByte = pxPerByteAt(from, camera, focus.address);
  const atOne = pxPerByteAt(to, { ...focus, atPx: y, zoom: 1 }, focus.address);
  return settle(to, { ...focus, atPx: y, zoom: perByte / atOne }, panelPx);
}

/** The middle of the panel, for keys that zoom without a pointer. */
export function centreOf(axis: MapAxis, camera: Camera, panelPx: number): MapPoint {
  return pointAt(axis, camera, panelPx / 2);
}
