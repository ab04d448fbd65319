/** Whether the page is on a Mac: there is no other sign of it that all browsers have. */
export const IS_MAC: boolean = /^(?:Mac|iP)/.test(navigator.platform);
