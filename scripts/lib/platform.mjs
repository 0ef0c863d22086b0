/**
 * This file and the scripts that import it first must stay readable to old Node versions: the refusal has to be printed, not a syntax error.
 * @returns {string | undefined} one sentence if vmatlas can't run here
 */
export function whyUnsupported({ platform = process.platform, arch = process.arch, node = process.versions.node } = {}) {
  if (platform !== 'linux' || arch !== 'x64') {
    return `vmatlas explores Linux x86-64 processes and runs only there; this is ${platform} ${arch}. From here, look at such a machine through SSH: see "Remote" in README.md.`;
  }
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) return `vmatlas needs Node 20.19 or newer; this is Node ${node}.`;
  return undefined;
}
