export { entryPointOf, environmentOf, mainModule } from './environment.ts';
