export * from './identity.ts';
export interface PeImage {
  readonly placeholder: true;
}
