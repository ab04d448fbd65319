import { command } from '../command.ts';

export const quit = command({
  name: 'q',
  beyond: 'ends the session',
  aliases: ['qq', 'qd'],
  tier: 'A',
  syntax: ['q', 'qq', 'qd'],
  summary: 'Ends the session.',
  run: ({ session }) => {
    session.ended = true;
  },
  print: () => undefined,
  data: () => ({}),
});

export const echo = command({
  name: '.echo',
  tier: 'B',
  // quotes count only around all of it: it's, 5" wide
  reach: /^\.echo(?:[ \t]+"[^"\n]*")?[^;\n]*/i,
  syntax: ['.echo String', '.echo "String"'],
  summary: 'Prints a text.',
  run: ({ args }) => (/^".*"$/s.test(args) ? args.slice(1, -1) : args),
  print: (text, out) => out.line(text),
  data: (text) => ({ text }),
});

export const commentLine = command({
  name: '*',
  tier: 'B',
  takesRestOfLine: true,
  syntax: ['* Comment'],
  summary: 'A comment to the end of the line.',
  run: () => undefined,
  print: () => undefined,
  data: () => ({}),
});

export const comment = command({
  name: '$$',
  pattern: /^\$\$(?![<>])/,
  tier: 'B',
  reach: /^\$\$[^;\n]*/,
  syntax: ['$$ Comment'],
  summary: 'A comment to the next semicolon.',
  run: () => undefined,
  print: () => undefined,
  data: () => ({}),
});
