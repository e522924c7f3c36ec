declare module '*/find-program.mjs' {
  export function findProgram(name: string): string | undefined
  export function findBrowser(): string | undefined
}
