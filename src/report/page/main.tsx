/**
 * page: starts the browser of findings and the switch between light and dark. Everything above the findings is
 * plain HTML and needs none of this.
 */

import { render } from 'preact'
import './base.css'
import './overview.css'
import './figures.css'
import './style.css'
import './findings.css'
import './texts.css'
import './media.css'
import { Browser } from './browser.tsx'
import { readIndex } from './data.ts'

const themes = ['auto', 'light', 'dark']

/** Adds the button that moves from the system's theme to light to dark. */
function addThemeSwitch(): void {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'theme'
  const show = (theme: string): void => {
    document.documentElement.dataset.theme = theme
    button.textContent = `${theme} theme`
  }
  button.addEventListener('click', () => {
    show(themes[(themes.indexOf(document.documentElement.dataset.theme ?? 'auto') + 1) % themes.length])
  })
  show('auto')
  document.querySelector('.masthead nav')?.append(button)
}

async function start(): Promise<void> {
  addThemeSwitch()
  const place = document.getElementById('browser')
  if (!place) return
  try {
    render(<Browser index={await readIndex()} />, place)
    document.documentElement.dataset.ready = 'true'
  } catch (error) {
    place.textContent = `The data of this page could not be read: ${String(error)}`
  }
}

void start()
