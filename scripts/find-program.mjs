import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * Path of a program on the PATH, as a shell would find it.
 * @param {string} name without `.exe`
 * @returns {string | undefined}
 */
export function findProgram(name) {
  const file = process.platform === 'win32' ? `${name}.exe` : name
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, file))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/**
 * The Chromium of the machine for the browser tests: what HUIJIAO_TEST_CHROMIUM names, else the first known one.
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env.HUIJIAO_TEST_CHROMIUM
  if (named) return named
  const onPath = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(findProgram).find(Boolean)
  const applications = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)
  return onPath ?? applications.find((path) => existsSync(path))
}
