/** Builds the page's shell: one HTML file with style and script inside, into dist/report/page.html. Offline. */

import { fileURLToPath } from 'node:url'
import { defineConfig, type UserConfig } from 'vite'
import { viteSingleFile } from 'vite-plugin-singlefile'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

const config: UserConfig = defineConfig({
  root: here('.'),
  plugins: [viteSingleFile({ removeViteModuleLoader: true })],
  build: {
    outDir: here('../../../dist/report'),
    emptyOutDir: false,
    target: 'es2023',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    rollupOptions: { input: here('page.html') },
  },
})

export default config
