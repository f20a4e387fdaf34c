/** As much Markdown as our own pages use, as HTML: headings with anchors, paragraphs, tables, lists, code. */

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const anchorOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-zåäö0-9]+/g, '-')
    .replace(/^-|-$/g, '');

/** The page's first heading, and all that follows as HTML. */
export function renderMarkdown(text: string): { heading: string; body: string } {
  const [first = '', ...rest] = text.trim().split('\n');
  return { heading: first.replace(/^# /, ''), body: blocks(rest.join('\n').trim()) };
}

function blocks(text: string): string {
  const out: string[] = [];
  // Code first: it may hold blank lines.
  for (const part of text.split(/^(```[\s\S]*?^```)$/m)) {
    if (part.startsWith('```'))
      out.push(`<pre tabindex="0"><code>${escaped(part.replace(/^```.*\n/, '').replace(/\n?```$/, ''))}</code></pre>`);
    else
      out.push(
        ...part
          .split(/\n{2,}/)
          .filter((block) => block.trim() !== '')
          .map(block),
      );
  }
  return out.join('\n');
}

function block(text: string): string {
  const lines = text.trim().split('\n');
  const [first = ''] = lines;
  const heading = /^(#{2,3}) (.*)$/.exec(first);
  if (heading !== null) {
    const [, marks = '', title = ''] = heading;
    const after = lines.slice(1).join('\n');
    return `<h${marks.length} id="${anchorOf(title)}">${inline(title)}</h${marks.length}>${after === '' ? '' : `\n${block(after)}`}`;
  }
  if (first.startsWith('|')) return table(lines);
  if (first.startsWith('- ')) return `<ul>${lines.map((line) => `<li>${inline(line.slice(2))}</li>`).join('')}</ul>`;
  return `<p>${inline(lines.join(' '))}</p>`;
}

function table([head = '', , ...rows]: string[]): string {
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
  const row = (line: string): string => {
    const [first = '', ...rest] = cells(line);
    const id = /^`([a-z0-9-]+)`$/.exec(first)?.[1];
    return `<tr${id === undefined ? '' : ` id="${id}"`}><th scope="row">${inline(first)}</th>${rest.map((cell) => `<td>${inline(cell)}</td>`).join('')}</tr>`;
  };
  return `<div class="table" tabindex="0" role="region" aria-label="Table"><table><thead><tr>${cells(head)
    .map((cell) => `<th scope="col">${inline(cell)}</th>`)
    .join('')}</tr></thead><tbody>${rows.map(row).join('')}</tbody></table></div>`;
}

function inline(text: string): string {
  return text
    .split(/(`[^`]+`)/)
    .map((part) => {
      if (part.startsWith('`')) return `<code>${escaped(part.slice(1, -1))}</code>`;
      return escaped(part)
        .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
        .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>');
    })
    .join('');
}
