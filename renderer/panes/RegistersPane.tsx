import type { RegisterModel } from '../../core/protocol/index.ts';
import { useModel } from '../client/useModel.ts';
import { PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import './panes.css';

const GROUPS: readonly (readonly [RegisterModel['group'], string])[] = [
  ['general', 'General'],
  ['status', 'Status'],
  ['segment', 'Segments'],
  ['float', 'Floating point'],
  ['vector', 'Vector'],
  ['debug', 'Debug'],
];

/** The registers of the frame in effect; grey ones are left over from a callee and not this frame's own. */
export function RegistersPane() {
  const asked = useModel('registers', {});
  return (
    <PaneState asked={asked} what="registers">
      {({ registers, frame }) => (
        <div className="pane-column" tabIndex={0} role="group" aria-label={`Registers of frame ${frame}`}>
          <div className="pane-rest">
            {GROUPS.map(([group, title], i) => {
              const own = registers.filter((r) => r.group === group);
              if (own.length === 0) return undefined;
              return (
                <section key={group} aria-label={title}>
                  {i > 0 && <h3 className="register-group">{title}</h3>}
                  <div className="registers mono">
                    {own.map((r) => (
                      <RegisterRow key={r.name} register={r} />
                    ))}
                  </div>
                  {group === 'status' && <Flags flags={registers.filter((r) => r.group === 'flags')} />}
                </section>
              );
            })}
          </div>
        </div>
      )}
    </PaneState>
  );
}

function RegisterRow({ register: r }: { readonly register: RegisterModel }) {
  const digits = r.value.toString(16).padStart(Math.ceil(r.width / 4), '0');
  const shown = r.width === 64 ? `${digits.slice(0, 8)}\`${digits.slice(8)}` : digits;
  return (
    <>
      <span className="name">{r.name}</span>
      <span
        className={r.known ? undefined : 'unknown'}
        title={r.known ? undefined : 'left over from a callee'}
      >
        {r.group === 'general' ? <Place address={r.value} text={shown} /> : shown}
      </span>
      <span className="kind-symbol">{r.symbol ?? ''}</span>
    </>
  );
}

/** the widest of the flags: the I/O privilege level */
const IOPL_BITS = 2;

function Flags({ flags }: { readonly flags: readonly RegisterModel[] }) {
  if (flags.length === 0) return undefined;
  // the whole register stands above
  const set = flags
    .filter((f) => f.value !== 0n && f.width <= IOPL_BITS)
    .map((f) => (f.width > 1 ? `${f.name}=${f.value}` : f.name));
  return (
    <p className="mono" style={{ margin: 0, padding: '0 8px 4px' }}>
      <span className="muted">set </span>
      {set.join(' ') || 'none'}
    </p>
  );
}
