import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const applications = ['Chromium', 'Google Chrome'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`)

/**
 * The Chromium of the machine for the browser tests: what HUIJIAO_TEST_CHROMIUM names, else the first known one.
 * @returns {string | undefined}
 */
export function findBrowser() {
  const named = process.env.HUIJIAO_TEST_CHROMIUM
  if (named) return named
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean)
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram)
  return onPath ?? applications.find((path) => existsSync(path))
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
