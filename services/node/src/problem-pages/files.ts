import { problemPages } from './content.ts'
import { indexMarkdown, pageMarkdown } from './markdown.ts'

/** Every file of `docs/problems` with its content, by name. */
export function problemFiles(): ReadonlyMap<string, string> {
  const pages = problemPages()
  return new Map([['README.md', indexMarkdown(pages)], ...pages.map((page): [string, string] => [`${page.code}.md`, pageMarkdown(page)])])
}
