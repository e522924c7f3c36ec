import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const here = import.meta.dirname
const areas = (language: string) => globSync(`${language}/*.ts`, { cwd: here }).map((file) => basename(file, '.ts'))

async function keysOf(language: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const walk = (value: unknown, path: string) => {
    if (typeof value === 'string') found.set(path, value)
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, `${path}.${key}`)
  }
  for (const area of areas(language)) walk(((await import(join(here, language, `${area}.ts`))) as { default: object }).default, area)
  return found
}

/** `t('…')` and titleKey: '…' with a whole key in them, in all sources of the pages. */
function keysUsed(): { file: string; key: string }[] {
  return globSync('../**/*.{ts,tsx}', { cwd: here })
    .filter((file) => !file.includes('.test.'))
    .flatMap((file) =>
      [...readFileSync(join(here, file), 'utf8').matchAll(/(?:\bt\(|titleKey:\s*|i18next\.t\()'([\w.-]+)'/g)].map((match) => ({
        file,
        key: match[1] ?? '',
      })),
    )
}

describe('the words of the pages', () => {
  it('are the same in Chinese and English: every key in both', async () => {
    const [zh, en] = [await keysOf('zh'), await keysOf('en')]
    expect([...en.keys()].toSorted()).toEqual([...zh.keys()].toSorted())
    expect(zh.size).toBeGreaterThan(50)
  })

  it('take the same values in both languages', async () => {
    const [zh, en] = [await keysOf('zh'), await keysOf('en')]
    const holes = (text: string | undefined) => [...(text ?? '').matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).toSorted()
    const differ = [...zh].filter(([key, text]) => JSON.stringify(holes(text)) !== JSON.stringify(holes(en.get(key)))).map(([key]) => key)
    expect(differ).toEqual([])
  })

  it('exist where a page asks for them', async () => {
    const zh = await keysOf('zh')
    const missing = keysUsed().filter(({ key }) => !zh.has(key))
    expect(missing).toEqual([])
    expect(keysUsed().length).toBeGreaterThan(30)
  })

  it('hold no text of the other language: Chinese words have Chinese, English words have none', async () => {
    const chinese = /[一-鿿]/
    const wrong = [...(await keysOf('en'))]
      .filter(([key, text]) => chinese.test(text) && key !== 'common.switchLanguage')
      .map(([key]) => key)
    expect(wrong).toEqual([])
  })

  it('say a number in English so that it reads well when it is one', async () => {
    const counted =
      /(?<!of |than |most |first |same |frequent )\{\{\w+\}\} (records|submissions|entries|fields|codes|versions|deliveries|problems|places|faults|differences|things|notes|times)\b/
    const wrong = [...(await keysOf('en'))].filter(([, text]) => counted.test(text)).map(([key]) => key)
    expect(wrong).toEqual([])
  })
})
