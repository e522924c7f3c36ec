import type { Kit } from '@huijiao/conformance'
import { ruleById } from '@huijiao/standard'
import { kindWords } from './problem-pages/content.ts'
import { document, escapeHtml } from './problem-pages/html.ts'

const taskWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  validate: ['校验一条记录，指出问题', 'judge a record and name its problems'],
  receive: ['结合报送方和入库层级判断一行', 'judge a line by who sends it and where it enters'],
  link: ['结合已入库的其他记录判断', 'judge a record beside others that are stored'],
  canonicalize: ['规范化 JSON（RFC 8785）', 'canonical JSON (RFC 8785)'],
  'content-digest': ['计算 Content-Digest（RFC 9530）', 'compute a Content-Digest (RFC 9530)'],
  sign: ['签名一个请求（RFC 9421）', 'sign a request (RFC 9421)'],
  'verify-receipt': ['核验一张回执', 'verify a receipt'],
}

/** The page that says what the kit is, how to run it, and what is in it. */
export function conformanceIndex({ manifest }: Kit): string {
  const cells = (tag: string, list: readonly (string | number)[]) => `<tr>${list.map((cell) => `<${tag}>${cell}</${tag}>`).join('')}</tr>`
  const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]) =>
    `<div class="scroll"><table>${cells('th', heads)}${rows.map((row) => cells('td', row)).join('')}</table></div>`
  const link = (path: string, text: string) => `<a href="${path}">${escapeHtml(text)}</a>`
  const file = (name: string) => link(`/conformance/vectors/${name}.json`, `${name}.json`)
  const tasks = manifest.tasks
    .filter((task) => task.do !== 'validate' && task.do !== 'receive' && task.do !== 'link')
    .map((task) => [
      `<code>${task.do}</code>`,
      `${taskWords[task.do]?.[0] ?? ''}<br><span class="soft" lang="en">${taskWords[task.do]?.[1] ?? ''}</span>`,
      task.vectors,
      file(task.do),
    ])
  const rules = manifest.rules.map(({ rule, valid, invalid }) => {
    const known = ruleById.get(rule)
    const kind = known === undefined ? '' : `${kindWords[known.kind].zh} ${kindWords[known.kind].en}`
    const words = known === undefined ? '' : `${escapeHtml(known.zh)}<br><span class="soft" lang="en">${escapeHtml(known.en)}</span>`
    return [file(rule), kind, words, valid, invalid]
  })
  const served = (manifest.served ?? []).map(({ id, revision, issuer, digest, vectors }) => [
    escapeHtml(id),
    revision,
    escapeHtml(issuer),
    `<code>${escapeHtml(digest)}</code>`,
    vectors ? '同例子 as the vectors' : '<strong>与例子不同 other than the vectors</strong>',
  ])
  const releases = manifest.releases.map(({ id, revision, digest }) => [escapeHtml(id), revision, `<code>${escapeHtml(digest)}</code>`])
  return document(
    '一致性检验包 · Conformance kit',
    `<main><h1>一致性检验包 · Conformance kit</h1>
<p>供各地系统厂商在自己的环境里检验：报送前的校验、规范化、摘要、签名、回执核验是否与本节点一致。全部为合成数据。</p>
<p class="soft" lang="en">For vendors, to be run in their own sandbox: do validation, canonical text, digests, signing and receipts agree with this node? All data is synthetic.</p>
<pre><code>huijiao conformance "你的程序 your program"
huijiao conformance https://你的沙箱 your sandbox</code></pre>
<p>程序从标准输入逐行读取例子，向标准输出逐行应答；形式见项目文档 docs/conformance.md，参考程序是 <code>huijiao conformance-adapter</code>。</p>
<p class="soft" lang="en">A program reads one vector a line and answers one line; the form is in docs/conformance.md, the reference is <code>huijiao conformance-adapter</code>.</p>
<p>${link('/conformance/kit.ndjson', '下载整个检验包 download the kit')} · ${link('/conformance/kit.json', '目录 manifest')}</p>
<p><code>${manifest.digest}</code> · ${manifest.vectors} 例 vectors</p>
<h2>标准版本 · Releases</h2>${table(['release', 'revision', 'digest'], releases)}
<h2>本节点现行版本 · Served here</h2>
<p class="soft">例子按上表各版制成；本节点现行的若是另行装载的修订，个别例子的判断可能不同。 <span lang="en">The vectors were made by the releases above. Where this node judges by a revision that was loaded, some may be judged otherwise.</span></p>
${table(['release', 'revision', 'issuer', 'digest', ''], served)}
<h2>任务 · Tasks</h2>${table(['', '', '例 vectors', '文件 file'], tasks)}
<h2>规则 · Rules</h2>${table(['文件 file', '种类 kind', '', '合格 valid', '不合格 invalid'], rules)}
</main>`,
  )
}
