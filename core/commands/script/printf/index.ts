export { printf } from './printf.ts';
