import { PAGE_FLAG_DIRTY, PAGE_FLAG_HUGE, PAGE_FLAG_KSM, PAGE_FLAG_LOCKED, PAGE_FLAG_SHARED, PAGE_STATE_CODE } from '../../../shared/model/page-state.ts';
import type { Pen } from '../../../shared/drawing/pen.ts';

export interface MarkInks {
  /** Colour of the state, or of the region's kind. */
  readonly ink: string;
  /** What lies under the cell. */
  readonly ground: string;
}

/** Smaller cells show the state only. */
const FLAGS_FROM_PX = 9;

/**
 * One cell: colour and shape say the same, so that neither is needed.
 *
 *     ■ own   ▪ (half) file or shared   ◢ zero page   ■· copy   □ not present   ╲ swapped   ✕ guard   ◆ kernel   · reserved
 */
export function paintPage(pen: Pen, state: number, x: number, y: number, size: number, { ink, ground }: MarkInks): void {
  pen.fillStyle = ink;
  pen.strokeStyle = ink;
  pen.lineWidth = size < 6 ? 0.8 : 1;
  switch (state) {
    case PAGE_STATE_CODE.anonymous:
      pen.fillRect(x, y, size, size);
      return;
    case PAGE_STATE_CODE['private-copy']: {
      pen.fillRect(x, y, size, size);
      const dot = Math.max(1, Math.round(size / 3));
      pen.fillStyle = ground;
      pen.fillRect(x + (size - dot) / 2, y + (size - dot) / 2, dot, dot);
      return;
    }
    case PAGE_STATE_CODE.file:
      pen.globalAlpha = 0.5;
      pen.fillRect(x, y, size, size);
      pen.globalAlpha = 1;
      return;
    case PAGE_STATE_CODE['shared-memory']: {
      pen.globalAlpha = 0.5;
      pen.fillRect(x, y, size, size);
      pen.globalAlpha = 1;
      pen.fillRect(x, y, Math.max(1, size / 4), size);
      return;
    }
    case PAGE_STATE_CODE['zero-page']: case PAGE_STATE_CODE['zero-or-shared']:
      triangle(pen, x, y, size);
      pen.fill();
      if (state === PAGE_STATE_CODE['zero-or-shared']) outline(pen, x, y, size, 0.5);
      return;
    case PAGE_STATE_CODE.swapped:
      outline(pen, x, y, size, 0.8);
      line(pen, x, y, x + size, y + size);
      return;
    case PAGE_STATE_CODE.guard:
      line(pen, x, y, x + size, y + size);
      line(pen, x + size, y, x, y + size);
      return;
    case PAGE_STATE_CODE.kernel:
      pen.beginPath();
      pen.moveTo(x + size / 2, y);
      pen.lineTo(x + size, y + size / 2);
      pen.lineTo(x + size / 2, y + size);
      pen.lineTo(x, y + size / 2);
      pen.closePath();
      pen.fill();
      return;
    case PAGE_STATE_CODE.reserved: case PAGE_STATE_CODE.unknown: {
      const dot = Math.max(1, size / 5);
      pen.globalAlpha = 0.6;
      pen.fillRect(x + (size - dot) / 2, y + (size - dot) / 2, dot, dot);
      pen.globalAlpha = 1;
      return;
    }
    default:
      outline(pen, x, y, size, 0.5);
  }
}

/** What is true beside the state: dirty ▴ top right, locked ▁ below, huge ▏left, shared with others ○, merged by KSM ●. */
export function paintFlags(pen: Pen, flags: number, x: number, y: number, size: number, ink: string): void {
  if (flags === 0 || size < FLAGS_FROM_PX) return;
  pen.fillStyle = ink;
  pen.strokeStyle = ink;
  pen.lineWidth = 1;
  const part = Math.max(3, Math.round(size / 3));
  if (flags & PAGE_FLAG_DIRTY) {
    pen.beginPath();
    pen.moveTo(x + size - part, y);
    pen.lineTo(x + size, y);
    pen.lineTo(x + size, y + part);
    pen.closePath();
    pen.fill();
  }
  if (flags & PAGE_FLAG_LOCKED) pen.fillRect(x, y + size - 2, size, 2);
  if (flags & PAGE_FLAG_HUGE) pen.fillRect(x, y, 2, size);
  if (flags & (PAGE_FLAG_SHARED | PAGE_FLAG_KSM)) {
    pen.beginPath();
    pen.arc(x + size / 2, y + size / 2, Math.max(1.5, size / 6), 0, 2 * Math.PI);
    if (flags & PAGE_FLAG_KSM) pen.fill();
    else pen.stroke();
  }
}

function triangle(pen: Pen, x: number, y: number, size: number): void {
  pen.beginPath();
  pen.moveTo(x, y + size);
  pen.lineTo(x + size, y);
  pen.lineTo(x + size, y + size);
  pen.closePath();
}

function outline(pen: Pen, x: number, y: number, size: number, alpha: number): void {
  const half = pen.lineWidth / 2;
  pen.globalAlpha = alpha;
  pen.strokeRect(x + half, y + half, size - 2 * half, size - 2 * half);
  pen.globalAlpha = 1;
}

function line(pen: Pen, x0: number, y0: number, x1: number, y1: number): void {
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}
