import { spawn } from 'node:child_process'
import { join, resolve } from 'node:path'
import type { DemoNode, DemoSettings } from './settings.ts'
import type { Finding } from './verify.ts'

const program = resolve(import.meta.dirname, '../../../client/src/main.ts')

/** Runs `huijiao log check` on every node: all leaves, tiles, roots and signatures computed again from what the node serves. */
export async function checkLogs(settings: DemoSettings): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const node of settings.nodes) {
    const { code, output } = await run(node, settings)
    if (code !== 0)
      findings.push({
        zh: `${node.tier} 节点的日志核对未通过（退出码 ${code}）：${output}`,
        en: `The log of the ${node.tier} node does not check out (exit code ${code}); see above`,
      })
  }
  return findings
}

function run(node: DemoNode, settings: DemoSettings): Promise<{ code: number | null; output: string }> {
  return new Promise((settle) => {
    const child = spawn(process.execPath, [program, 'log', 'check', node.url, '--state', join(settings.dir, `${node.tier}.seen`)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.once('error', (error) => settle({ code: null, output: error.message }))
    child.once('close', (code) => settle({ code, output: output.trim() }))
  })
}
