import type { FrameInfo } from '../../../shared/model/debug.ts';

/** `tour.c:49`, else the module's file name, else nothing. */
export function placeOf(frame: Pick<FrameInfo, 'source'> & Partial<Pick<FrameInfo, 'modulePath'>>): string {
  const { source } = frame;
  return source === undefined ? fileName(frame.modulePath ?? '') : `${fileName(source.file)}:${source.line}`;
}

export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
