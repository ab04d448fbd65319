import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BufferSource } from '../../../core/bytes/index.ts';
import { StillframeError } from '../../../core/errors/index.ts';
import { openPdb } from '../../../core/symbols/pdb/index.ts';
import { injectedSources } from '../../../core/symbols/pdb/injectedSources.ts';

/**
 * The PDB of a DLL of one function, linked with /NATVIS:dog.natvis (clang and lld-link 19), whose file is the example of
 * "Native Debugger Objects in NatVis" of the debugger's manual.
 */
const DOG =
  'H4sIAAAAAAACA+3dT2wcVx0H8N/s2s76b9dOE6UmqkZLQCHp7HiTKLGDN3FqC9LKQa5SCrd0dubteOL5p5lZe00UGqS2x54qcanK' +
  'jStIRT1AhXKASy8gwQUJLkgFqVQqDnDg0uX9mYnXid1Q6J/8+X7S15l5782bv4n03r4375JnJ1EatTN90Vw8fly/dPkb+pn6zMz4' +
  'yPTSZeKqRCW+eJyHl0kpEwAAAAAAAAA8SHoAAAAAAAAA8NAj+jtuAgAAAAAAAMBDbj+6QAAAAAAAAAA8Ev3/p4fNrUN8vVoi+hpf' +
  'ajw08+Vz+RI+YwP/224Ln8axq/991jEeDuFpAQAAAAAAPHCe4nX+yj3aBkT1cKyk2gFEOIA2gYe/TeATGMuXj+OJAQAAAAAA3Lem' +
  'aGKylK9r5ERuHlekl8m9ImKn6CsyztmRb3xysLoz3wRVZNzikswCAAAAAAAAAPeB0Xcb2qxY4XX2IR7e4KvD1OuJn557PTXT36E8' +
  'VGi77/dXafAA0Y3SztJkrb9+/sK3xcrCAt3aGqFSVZQ9RhoNkTYlck1Qparl7QY8lZdVnho/UCaZSMEVy2VUbA/w7Q3muasZbYlj' +
  '8gOWBvr6q1d2OSaeKgAAAAAAAMBOFxdL9OYrGr18pEwLbxO99VaJfl2hTzQmHAAAAAAAAADub/WMdTPKvwEg6vziF/07xp3rRC/W' +
  'E8fKLKJX8giZb2hnvgX+X11lU+XN5Pkqd+W7iTsPAAAAAAAA8PkRVf1p0uTYfjMLYtPpxk7LdCK3HrWuEj1N85PiW3+/pf2k0T6+' +
  '9syzas8l1vKsULd9K3T1dZakXhTqjbl6o35GP3ry+w5rNU50GmI+gWNUleX/ND9mf3NAOe9noNFN+VGBJ2lqr54HotWBSjTE/yxP' +
  'VniuW0Ukqe8RVvrWi2/RiREM/yQ1bkE0RVS1X77n/jV96eIHf/vhv/7ym3+//yTeAQAAAAAAAHg06v9Tef3/mL7shWss0Y+JMfnz' +
  'k/tkvb8wQSP0C4toefmFS3lGHvsaNSfJ3nD6Gg+IdVl/W4LvO4bP8xuNORLJdzQziCg74AU4vq+bYcTCLNnUTYe1Oq5u8tSzeS6e' +
  'aGXrXiq31apuRp1MbvOd5VlO0+lJTXyRvqraA3TRdyHv43CQzkwWcaqdQKWIfUpiH131b1gQ/Rjy/g4irSzSZlR5PO1m0cehKG8h' +
  '789QJpUi4sX2DR5fUfGtNMW7BgAAAAAAAF8cMcffxnBDE7+ZD9Hoa6LOL+qsP+Nhlkc+z5dH+vIfJNWtn8h5tYgr5gJUdesVWbf+' +
  '3coTF1TsKL2Tp1+ku+cN3KXPwW7dEOR+vd72OVPftjJG/h6TEmp3tG0YP69vfdw5Fx81PJy3BfQXW8rjj++R9k0eju6RFtHtNoS7' +
  '0jbytpjd0q59TNpL+XK3tB/ssV+579oXaEa2XTzx9S/bRVrRj+JGnlbc7wH+Z1xTd7SIE3mHNXXEIk60oYxqqrT+fJWSKmX7+fV6' +
  'pXxWSW3398GOY6KPPvzow9t9OnZpPSr1PWctL1cZ6VvH33UAAAAAAHi0FXUrfa/a1/aP7bL3f399v//j/wf66pUAAAAAAAAAcH/p' +
  'n/9vmIdTA6Kn/875/47koULbfQGmafDgHi0GWxM0dHCwqsoUbQUTpMm8Yqy/GOQ/dde+Yh8VVxQykm/TP25t1Yr8nTQxfU+MKFgP' +
  'jMac2fJCU35/gLZeLas8NcO2GzW9ZmSJF/uMr3VnT185fcqIbWPDC51oIzWCdN1uzNVPnqzPiJws8DIjal0V64EX2gkLWJhZvhy0' +
  'wBLDjoLYyryWLM1wvNTiq0Y7YXLb9pmVGFaaGS3WjhJmtCx7jYVOf155vuss8doeS/IE20ocY93yO8wIrYCl8ugJ8yObHysKjSBy' +
  'mM8jY88WSXxh+GxdRp2QedsJ382IIy/MWNIMo1CeDi/B6jLHsHzPSr3QFXHtwMpWDZYkYSQ32zG/pjBLLDtrRqGMCiMjiTqhw/cw' +
  'RG55BJ4pzZKOnUWJKk+dZbsTijtpZOLa0qY8m8xKXJYZdtxRd9w4fUpGd0KWR7os5DdAXovLj2ZHficIDS9sy3NybX656x7bkHdH' +
  'DP2QScYaP1Cz7zzk8VW6eCyer26W4yXN7bdJZrIjfsMtl90jX8LSqJPYTCTx7bteMbEuXzGzMSfyy7sd8pfDSzfTjAX32sfkL5Tf' +
  'cVh+4nHC+PPlzyew7EQ9Df5c+P31Pf4W8m11FPE8Oik/965l8OxdmcSfY2qwbsZC8amNtIgpXk/P97LNXSON/OscTfnSiyxpxu/q' +
  '8eMN+ZDa6ZoXG5HD3/RVZq/xSzTcoJ2fsG9t8rPlFxrzW8hfNyu5/VZZjsM35HqX/4+XV6OtaSofHJR/08VsomKmTvEvwT7xtQ7M' +
  'ywkAAAAA8AX7wNWoepioMVaiP/2kRPE7GvXeLtF754nefJfox89qmAsQAAAAAAAA4AH3er2huYNJT/xOL5ZX9//hR8vLS/rK0tN1' +
  '0S/AFMPmnwnbEZnyZ2oy08Q2V5nlsKTlR/aaimh7PkvNvrECov+AmB5QlHs2P5b4KN5jPIzwMJ7HDfJQo+0mhj8+d1LDUwEAAAAA' +
  'AAD4dH3pzzPajf9jf1FZL/UtBfEtgKN52W9891eHK5qK0/I0AAAAAAAAAPh8zZ/vBr5eDBCuNcSQeBbakRgJ3qx1srYxWzt/bmT+' +
  'QieLXvDSjuV732OJzncK02ZtNcvi9KxppvYqC6y0Hnh2EqVRO6vbUWCup1nH8SI1lZ/Lknz+PvPETGOmdm5E1/X55zdjpn/LCliz' +
  'trgUuSpWJCx5aexbm5ezhJ/IuWvXLrhMb+rXgiuWy67rm8xK0rr+Hea5q5mK35Dr1/VYDGNP69evz5s7y5DHM8UB+eWYO6/n3Aje' +
  'BAAAAAAAAHiYTebL13n4PQ/vl4j8ARU3y9dXeHiR1PwAXR7Eb/kxDyt8/SmSc9zLONF/X8wPMEbie39q3jnRt1+MAZBzxJHq9z9K' +
  'qu//Y/mxp/AIAAAAAAAAAD5z/wHHupb/AEABAA==';

const bytes = (): Uint8Array => new Uint8Array(gunzipSync(Buffer.from(DOG, 'base64')));

describe('files in a PDB', () => {
  it('come back as the linker was given them', () => {
    const [file, ...others] = injectedSources(openPdb(new BufferSource(bytes(), 'dog.pdb')));
    expect(others).toEqual([]);
    expect(file?.name).toBe('dog.natvis');
    expect(file?.text).toBe(`<?xml version="1.0" encoding="utf-8"?>
<AutoVisualizer xmlns="https://schemas.microsoft.com/vstudio/debugger/natvis/2010">
   <Type Name="CDog">
      <DisplayString>{{Age = {m_age} years. Weight = {m_weight} pounds.}}</DisplayString>
   </Type>
</AutoVisualizer>
`);
  });

  it('survive damage: what is there or nothing', () => {
    const whole = bytes();
    // the header block and its table lie within the last streams; every 61st byte of the file is turned once
    for (let at = 0; at < whole.length; at += 61) {
      const damaged = Uint8Array.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      try {
        const sources = injectedSources(openPdb(new BufferSource(damaged, 'dog.pdb')));
        expect(sources.length).toBeLessThan(10);
      } catch (e) {
        expect(e).toBeInstanceOf(StillframeError);
      }
    }
  });
});
