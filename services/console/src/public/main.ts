import { checkProof, type KnownKey, pastedKeys, type ProofResult, type Words } from '../proof/check-proof.ts'

/** The only script of the public pages: checks a chain of custody in the page. Without it the pages are whole; with it a reader need not trust them. */
type Lang = 'zh' | 'en'

const words = {
  working: { zh: '正在核验…', en: 'Checking…' },
  verified: { zh: '核验通过', en: 'Verified' },
  verifiedText: {
    zh: '内容、日志位置与每一级签名均成立。',
    en: 'The content, its place in the logs and the signature of every node hold.',
  },
  unproven: { zh: '推算成立，但有公钥未知', en: 'The mathematics hold, but a key is not known' },
  unprovenText: { zh: '把该节点的公钥贴在下面即可完全核验。', en: 'Paste the key of that node below to verify it fully.' },
  failed: { zh: '核验不通过', en: 'It does not verify' },
  failedText: {
    zh: '内容或证明被改动过，或文件已损坏，请勿采信。',
    en: 'The content or its proof was changed, or the file is damaged. Do not rely on it.',
  },
  unreadable: { zh: '这不是存证文件（JSON）', en: 'This is not a proof file (JSON)' },
  unreachable: { zh: '取不到存证，请稍后再试', en: 'The proof cannot be had; try again later' },
} as const satisfies Record<string, Words>

const marks = { ok: '✓', failed: '✗', skipped: '–' } as const

for (const card of document.querySelectorAll<HTMLElement>('[data-verify]')) start(card)

function start(card: HTMLElement): void {
  const lang: Lang = card.dataset['lang'] === 'en' ? 'en' : 'zh'
  const known = JSON.parse(card.dataset['keys'] ?? '[]') as KnownKey[]
  const verdict = card.querySelector<HTMLElement>('[data-verdict]') as HTMLElement
  card.querySelector('[data-without-script]')?.remove()
  const own = document.querySelector<HTMLElement>('[data-own-keys]')
  own?.removeAttribute('hidden')
  const keys = () => [...known, ...pastedKeys(own?.querySelector('textarea')?.value ?? '')]
  /** The name of the place whose node it is, where the page tells it; else its name in the log. */
  const nameOf = (node: string) => card.querySelector(`.chain > [data-node="${CSS.escape(node)}"] h3`)?.textContent ?? node
  const say = (text: Words) => verdict.replaceChildren(paragraph(text[lang]))
  const show = (result: ProofResult) => {
    verdict.replaceChildren(verdictOf(result, lang, nameOf))
    for (const node of result.nodes) {
      const box = card.querySelector(`.chain > [data-node="${CSS.escape(node.name)}"]`)
      box?.classList.remove('ok', 'failed')
      box?.classList.add(result.outcome === 'failed' && !node.holds ? 'failed' : node.holds && result.outcome !== 'failed' ? 'ok' : 'quiet')
    }
  }

  const button = card.querySelector<HTMLButtonElement>('[data-action="verify"]')
  button?.removeAttribute('hidden')
  button?.addEventListener('click', async () => {
    say(words.working)
    try {
      const answer = await fetch(card.dataset['custody'] ?? '', { cache: 'no-store' })
      if (!answer.ok) return say(words.unreachable)
      show(await checkProof(await answer.json(), { keys: keys(), served: true, log: (path) => fetch(path, { cache: 'no-store' }) }))
    } catch {
      say(words.unreachable)
    }
  })

  const drop = card.querySelector<HTMLElement>('[data-drop]')
  const input = card.querySelector<HTMLInputElement>('[data-file]')
  drop?.removeAttribute('hidden')
  const check = async (file: File | undefined) => {
    if (file === undefined) return
    say(words.working)
    let custody: unknown
    try {
      custody = JSON.parse(await file.text())
    } catch {
      return say(words.unreadable)
    }
    show(await checkProof(custody, { keys: keys(), served: false, log: null }))
  }
  card.querySelector('[data-action="choose"]')?.addEventListener('click', () => input?.click())
  input?.addEventListener('change', () => void check(input.files?.[0]))
  drop?.addEventListener('dragover', (event) => {
    event.preventDefault()
    drop.classList.add('over')
  })
  drop?.addEventListener('dragleave', () => drop.classList.remove('over'))
  drop?.addEventListener('drop', (event) => {
    event.preventDefault()
    drop.classList.remove('over')
    void check(event.dataTransfer?.files[0])
  })
  // A file that misses the box must not replace the page.
  for (const name of ['dragover', 'drop'] as const) document.addEventListener(name, (event) => event.preventDefault())
}

function verdictOf(result: ProofResult, lang: Lang, nameOf: (node: string) => string): HTMLElement {
  const box = element('div', `verdict ${result.outcome}`)
  box.append(element('h3', '', words[result.outcome][lang]), paragraph(words[`${result.outcome}Text`][lang]))
  const list = element('ul', 'checks')
  for (const line of result.lines) {
    const item = element('li', line.status)
    const mark = element('span', 'mark', marks[line.status])
    mark.setAttribute('aria-hidden', 'true')
    const text = element('span', '', `${line.node === null ? '' : `${nameOf(line.node)}${lang === 'zh' ? '：' : ': '}`}${line.text[lang]}`)
    if (line.why !== undefined) text.append(element('small', '', line.why[lang]))
    item.append(mark, text)
    list.append(item)
  }
  box.append(list)
  return box
}

const paragraph = (text: string): HTMLElement => element('p', '', text)

function element(name: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.textContent = text
  return made
}
