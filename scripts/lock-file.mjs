/**
 * What npm's lock file says of a machine. Shapes are npm's own: `packages` by path, an entry with `version`, `os`, `cpu`, `optional`, `link`.
 *
 * @typedef {{ version?: string, os?: string | string[], cpu?: string | string[], optional?: boolean, link?: boolean }} Entry
 * @typedef {{ packages: Record<string, Entry> }} Lock
 * @typedef {{ platform: string, arch: string, always?: string }} Machine `always`: path of the one optional package that must be there
 */

/** Whether a list like `["linux", "!win32"]` of a package (or a single word of it) allows a value. */
function allows(words, value) {
  const list = [words ?? []].flat()
  return list.includes(value) || (!list.includes(`!${value}`) && list.every((word) => word.startsWith('!')))
}

function wantedEntries(lock, machine) {
  return Object.entries(lock.packages).filter(
    ([path, entry]) => path.startsWith('node_modules/') && allows(entry.os, machine.platform) && allows(entry.cpu, machine.arch),
  )
}

/**
 * Paths of the packages that npm installs on a machine.
 * @param {Lock} lock
 * @param {Machine} machine
 * @returns {string[]}
 */
export function wantedOf(lock, machine) {
  return wantedEntries(lock, machine).map(([path]) => path)
}

/**
 * Paths of the packages that are not installed in the version the lock file names. npm writes `node_modules/.package-lock.json` when an
 * installation is complete, and only then, so it serves as the stamp. An optional package may be absent (npm leaves out those for another
 * libc, say) but not differ.
 * @param {Lock} lock
 * @param {Lock | undefined} installed npm's own note of what it installed; undefined: nothing
 * @param {Machine} machine
 * @returns {string[]}
 */
export function missingOf(lock, installed, machine) {
  return wantedEntries(lock, machine)
    .filter(([path, entry]) => {
      const here = installed?.packages[path]
      if (!here) return !entry.optional || path === machine.always
      return entry.link ? !here.link : here.version !== entry.version
    })
    .map(([path]) => path)
}
