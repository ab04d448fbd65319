/**
 * The syntax tree of command programs. A block is kept as text and is parsed when it is entered: that is the moment at
 * which the debugger replaces aliases in it ("Using Aliases" of the manual), so what it says may differ each time.
 */
export interface Block {
  readonly text: string;
  /** whether aliases are replaced when it is entered: what stands in braces; not the parts of `.for (…)` */
  readonly expands: boolean;
}

export type Statement =
  | CommandStatement
  | (Node<'if'> & { readonly branches: readonly Branch[]; readonly otherwise?: Block })
  | (Node<'for'> & {
      readonly initial: Block;
      /** empty: always true */
      readonly condition: string;
      readonly increment: Block;
      readonly body: Block;
    })
  | (Node<'while'> & { readonly condition: string; readonly body: Block })
  | (Node<'do'> & { readonly condition: string; readonly body: Block })
  | (Node<'foreach'> & ForEach)
  | (Node<'block'> & { readonly body: Block })
  | (Node<'catch'> & { readonly body: Block })
  | Node<'break'>
  | Node<'continue'>
  | Node<'leave'>
  /** `j Expression 'Commands' ; 'Commands'`: where the expression ends is known when it is evaluated */
  | (Node<'j'> & { readonly rest: string })
  /** `Commands ; z(Expression)` */
  | (Node<'z'> & { readonly body: readonly Statement[]; readonly condition: string })
  /** what cannot be read: an error when it is reached, not before */
  | (Node<'fault'> & { readonly message: string });

interface Node<Kind extends string> {
  readonly kind: Kind;
  /** as it stands in the program, trimmed */
  readonly text: string;
}

export type CommandStatement = Node<'command'>;

export interface Branch {
  readonly condition: string;
  readonly body: Block;
}

export interface ForEach {
  /** stands for the token in the body */
  readonly variable: string;
  readonly source: TokenSource;
  /** expressions: tokens to leave out at first, and behind each token that is used */
  readonly skipFirst?: string;
  readonly skipNext?: string;
  readonly body: Block;
}

/** Where the tokens of `.foreach` come from: the output of commands, a text, a file. */
export type TokenSource =
  | { readonly kind: 'commands'; readonly commands: Block }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'file'; readonly path: string };

/** How far a command of a program reaches. */
export type Extent =
  /** to a `;` outside quotes and braces */
  | 'command'
  /** to the end of the line, `;` and all */
  | 'line'
  /** so many characters */
  | number;
