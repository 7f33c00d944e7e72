/**
 * The reference of the library, from the comments of what `src/index.ts` exports:
 *
 *   npx tsx tests/bench/library.ts        writes docs/library.md
 *
 * A test holds the file against what is made here.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../..', import.meta.url))

const opening = `# The library

Everything that \`import … from 'palimpsest'\` gives: the same audit without the command line. All of it is typed; the
package needs Node 20 or newer and is an ES module. Errors that the program foresees are \`PalimpsestError\` with a code.

This page is made from the comments of the sources (\`npm run docs\`); change it there.
`

/** Words of a comment as Markdown on one line. */
function say(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return ts
    .displayPartsToString([...(parts ?? [])])
    .replace(/\s+/g, ' ')
    .trim()
}

/** The declaration without its body, its comments, and the values that a constant has. */
function printSignature(node: ts.Declaration, source: ts.SourceFile): string {
  const printer = ts.createPrinter({ removeComments: true })
  if (ts.isFunctionDeclaration(node))
    return printer.printNode(
      ts.EmitHint.Unspecified,
      ts.factory.updateFunctionDeclaration(
        node,
        undefined,
        node.asteriskToken,
        node.name,
        node.typeParameters,
        node.parameters,
        node.type,
        undefined,
      ),
      source,
    )
  return printer.printNode(ts.EmitHint.Unspecified, node, source).replace(/^export /, '')
}

interface Described {
  name: string
  lines: string[]
}

class Describer {
  private readonly checker: ts.TypeChecker
  constructor(checker: ts.TypeChecker) {
    this.checker = checker
  }

  /** Comment and tags of a symbol as paragraphs. */
  private describeComment(symbol: ts.Symbol): string[] {
    const text = say(symbol.getDocumentationComment(this.checker))
    const tags = symbol.getJsDocTags(this.checker)
    const items = tags.flatMap(({ name, text: parts }) => {
      const words = say(parts)
      if (name === 'param') return [`- \`${words.replace(/^(\S+)(\s+|$)/, '$1`: ')}`]
      if (name === 'returns') return [`- returns ${words}`]
      if (name === 'throws') return [`- throws ${words.replace(/^\{?PalimpsestError\}?/, '`PalimpsestError`')}`]
      return []
    })
    return [text, ...(items.length === 0 ? [] : [items.join('\n')])].filter(part => part !== '')
  }

  /** Members of an interface or class as a list, inherited ones too, each with its type and comment. */
  private describeMembers(symbol: ts.Symbol): string[] {
    const items = this.checker.getPropertiesOfType(this.checker.getDeclaredTypeOfSymbol(symbol)).flatMap(member => {
      const node = member.valueDeclaration
      if (node === undefined || node.getSourceFile().isDeclarationFile) return []
      if (ts.getCombinedModifierFlags(node) & (ts.ModifierFlags.Private | ts.ModifierFlags.Static)) return []
      const source = node.getSourceFile()
      const words = say(member.getDocumentationComment(this.checker))
      const printType = (): string =>
        this.checker.typeToString(this.checker.getTypeOfSymbol(member), undefined, ts.TypeFormatFlags.NoTruncation)
      const written = (node as { type?: ts.TypeNode }).type?.getText(source) ?? printType()
      const parameters = ts.isMethodDeclaration(node)
        ? `(${node.parameters.map(parameter => parameter.getText(source)).join(', ')})`
        : ''
      const mark = member.flags & ts.SymbolFlags.Optional ? '?' : ''
      const flat = `${member.name}${parameters}${mark}: ${written}`
        .replace(/\/\*\*[\s\S]*?\*\//g, '')
        .replace(/\s+/g, ' ')
      return [`- \`${flat}\`${words === '' ? '' : ` – ${words}`}`]
    })
    return items.length === 0 ? [] : [items.join('\n')]
  }

  describe(exported: ts.Symbol): Described {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(exported) : exported
    const node = (symbol.declarations ?? [])[0]
    const source = node.getSourceFile()
    const lines: string[] = []
    if (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) {
      lines.push(...this.describeComment(symbol), ...this.describeMembers(symbol))
    } else if (ts.isVariableDeclaration(node)) {
      const type = this.checker.typeToString(
        this.checker.getTypeOfSymbol(symbol),
        undefined,
        ts.TypeFormatFlags.NoTruncation,
      )
      lines.push(...this.describeComment(symbol), `\`\`\`ts\n${node.name.getText(source)}: ${type}\n\`\`\``)
    } else {
      lines.push(`\`\`\`ts\n${printSignature(node, source)}\n\`\`\``, ...this.describeComment(symbol))
    }
    return { name: exported.name, lines }
  }
}

/** The page, as Markdown. @throws where an export has no comment */
export function describeLibrary(): string {
  const config = ts.readConfigFile(path.join(root, 'tsconfig.json'), file => readFileSync(file, 'utf8'))
  const { options } = ts.convertCompilerOptionsFromJson(config.config.compilerOptions, root)
  const entry = path.join(root, 'src/index.ts')
  const program = ts.createProgram([entry], options)
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const module = source && checker.getSymbolAtLocation(source)
  if (module === undefined) throw new Error(`${entry}: not a module`)
  const describer = new Describer(checker)
  const groups: Record<string, Described[]> = { Functions: [], Classes: [], Types: [] }
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
    const group =
      symbol.flags & ts.SymbolFlags.Function ? 'Functions' : symbol.flags & ts.SymbolFlags.Class ? 'Classes' : 'Types'
    groups[group].push(describer.describe(exported))
  }
  const sections = Object.entries(groups).map(([title, described]) => {
    const entries = described
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, lines }) => `### ${name}\n\n${lines.join('\n\n')}`)
    return `## ${title}\n\n${entries.join('\n\n')}`
  })
  return `${opening}\n${sections.join('\n\n')}\n`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(path.join(root, 'docs/library.md'), describeLibrary())
}
