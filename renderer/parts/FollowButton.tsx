import './followButton.css';

interface Props {
  readonly follows: boolean;
  /** what is followed, or would be: `@$csp` */
  readonly expression: string;
  /** where the pane is, as text */
  readonly place: string;
  onToggle(): void;
}

/** Says whether a pane moves with thread and frame or stays where it is, and changes it. */
export function FollowButton({ follows, expression, place, onToggle }: Props) {
  return (
    <button
      type="button"
      className="button follow-button"
      aria-label="Follow"
      aria-pressed={follows}
      title={
        follows
          ? `Follows the context: ${expression} is evaluated again in each thread and frame. Click to stay at ${place}`
          : `Stays at ${place} whatever the context. Click to follow ${expression}`
      }
      onClick={onToggle}
    >
      <span aria-hidden>{follows ? '●' : '○'}</span>
      <span className="follow-word"> Follow</span>
    </button>
  );
}
