export { loadErrorTexts, type ErrorKind, type ErrorText, type ErrorTexts } from './errorTexts.ts';
