import { existsSync } from 'node:fs'

/** The machine's own Chromium, or whatever HUIJIAO_CHROMIUM names. @throws where there is none */
export function chromiumPath(): string {
  const known = [
    process.env['HUIJIAO_CHROMIUM'],
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  const found = known.find((path) => path !== undefined && existsSync(path))
  if (found === undefined) throw new Error('the browser tests need Chromium; name it in HUIJIAO_CHROMIUM')
  return found
}
