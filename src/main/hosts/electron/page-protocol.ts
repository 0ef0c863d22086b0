import { securityHeaders } from '../common/page-policy.ts';
import { readStaticFile } from '../common/static-files.ts';
import { isOurPage } from './policy.ts';

/** Answers a request of the page's own scheme with a file of the build, under the same policy as the web host's. */
export async function answerPageRequest(rendererDir: string, request: { readonly url: string; readonly method: string }): Promise<Response> {
  const headers = securityHeaders([]);
  if (!isOurPage(request.url)) return new Response('No such page.\n', { status: 404, headers });
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response('Only GET and HEAD.\n', { status: 405, headers });
  const file = await readStaticFile(rendererDir, new URL(request.url).pathname);
  if (!file) return new Response('No such file.\n', { status: 404, headers });
  return new Response(request.method === 'HEAD' ? null : file.bytes, { headers: { ...headers, 'Content-Type': file.type } });
}
