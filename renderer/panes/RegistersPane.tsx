import type { RegisterModel, RegistersModel } from '../../core/protocol/index.ts';
import { useNavigate } from '../client/sessionContext.ts';
import { useModel } from '../client/useModel.ts';
import { leave, restAt } from '../parts/hoverTip.ts';
import { PaneState } from '../parts/PaneState.tsx';
import { Place } from '../parts/Place.tsx';
import { flagMeaning, registerDigits, registerTip } from './registerText.ts';
import './panes.css';

const GROUPS: readonly (readonly [RegisterModel['group'], string])[] = [
  ['general', 'General'],
  ['status', 'Status'],
  ['segment', 'Segments'],
  ['float', 'Floating point'],
  ['vector', 'Vector'],
  ['debug', 'Debug'],
];

/**
 * The registers of the frame in effect. Grey ones are left over from a callee and not this frame's own; those with a
 * star differ from the thread's context. Of a WOW64 thread those of the other side stand below.
 */
export function RegistersPane() {
  const asked = useModel('registers', {});
  return (
    <PaneState asked={asked} what="registers">
      {(model) => (
        <div
          className="pane-column"
          tabIndex={0}
          role="group"
          aria-label={`Registers of frame ${model.frame}`}
        >
          <div className="pane-rest">
            <Groups registers={model.registers} />
            {model.others.map((other) => (
              <OtherView key={other.machine} other={other} />
            ))}
          </div>
        </div>
      )}
    </PaneState>
  );
}

function OtherView({ other }: { readonly other: RegistersModel['others'][number] }) {
  const navigate = useNavigate();
  return (
    <details>
      <summary className="register-group">The thread&apos;s {other.machine} side</summary>
      <p className="register-flags">
        <button type="button" className="link mono" onClick={() => navigate.run(`.effmach ${other.machine}`)}>
          .effmach {other.machine}
        </button>
        takes all panes there
      </p>
      <Groups registers={other.registers} />
    </details>
  );
}

function Groups({ registers }: { readonly registers: readonly RegisterModel[] }) {
  return GROUPS.map(([group, title], i) => {
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
  });
}

function RegisterRow({ register: r }: { readonly register: RegisterModel }) {
  const digits = registerDigits(r);
  const tip = registerTip(r);
  const [number] = r.numbers ?? [];
  return (
    <>
      <span
        className="name"
        onMouseEnter={({ clientX: x, clientY: y }) => {
          if (tip !== '') restAt({ x, y }, () => Promise.resolve(tip));
        }}
        onMouseLeave={leave}
      >
        {r.name}
      </span>
      <span className={r.known ? (r.changed ? 'changed' : undefined) : 'unknown'}>
        {r.group === 'general' ? <Place address={r.value} text={digits} /> : digits}
        {r.changed && (
          <>
            <span aria-hidden="true">*</span>
            <span className="unseen">, changed</span>
          </>
        )}
      </span>
      <span className={r.symbol === undefined ? 'muted' : 'kind-symbol'}>
        {r.symbol ?? (number?.as === 'number' ? number.text : '')}
      </span>
    </>
  );
}

/** the widest of the flags: the I/O privilege level */
const IOPL_BITS = 2;

/** All flags by name, with what they say on hover: those that are set stand out and say so. */
function Flags({ flags: all }: { readonly flags: readonly RegisterModel[] }) {
  // the whole register stands above
  const flags = all.filter((f) => f.width <= IOPL_BITS);
  if (flags.length === 0) return undefined;
  return (
    <p className="register-flags mono">
      {flags.map((f) => (
        <span key={f.name} className={f.value === 0n ? 'muted' : 'set'} title={flagMeaning(f.name)}>
          {`${f.name}=${f.value.toString(16)}`}
        </span>
      ))}
    </p>
  );
}
