import { globSync } from 'node:fs'
import { basename, join } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = import.meta.dirname

/**
 * Every `*.html` beside this file is a page of its own (the console, the public pages). The node replaces the placeholder of the nonce at each answer;
 * React and Ant Design then put it on the style elements they make, so that the content security policy needs no 'unsafe-inline'.
 */
export default defineConfig({
  root: here,
  base: '/console/',
  plugins: [react()],
  html: { cspNonce: 'HUIJIAO_NONCE' },
  build: {
    outDir: join(here, 'dist'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    sourcemap: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
    rollupOptions: {
      input: Object.fromEntries(globSync('*.html', { cwd: here }).map((file) => [basename(file, '.html'), join(here, file)])),
    },
  },
})
