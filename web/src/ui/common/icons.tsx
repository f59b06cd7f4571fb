/** The icons: 24 px strokes in the colour of the text, only for the eyes. What they mean is said by text beside them. */
import type { ReactNode } from "react";

function icon(shape: ReactNode) {
  return function Icon({ size = 24 }: { size?: number }) {
    return (
      <svg
        className="Icon"
        width={size}
        height={size}
        viewBox="0 0 24 24"
        fill="none"
        stroke="currentColor"
        strokeWidth={1.8}
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {shape}
      </svg>
    );
  };
}

export const HomeIcon = icon(
  <path d="M4 10.8 12 4l8 6.8V19a1.2 1.2 0 0 1-1.2 1.2H15v-5.4H9v5.4H5.2A1.2 1.2 0 0 1 4 19z" />,
);
export const MentionsIcon = icon(
  <>
    <circle cx="12" cy="12" r="3.8" />
    <path d="M15.8 8.4v4.8a2.5 2.5 0 0 0 5 0V12a8.8 8.8 0 1 0-3.6 7.1" />
  </>,
);
export const SearchIcon = icon(
  <>
    <circle cx="11" cy="11" r="6.6" />
    <path d="m16 16 4.4 4.4" />
  </>,
);
export const GridIcon = icon(
  <>
    <circle cx="12" cy="5.4" r="2.3" />
    <circle cx="5.4" cy="17.6" r="2.3" />
    <circle cx="18.6" cy="17.6" r="2.3" />
    <path d="m10.9 7.4-4.4 8.2M13.1 7.4l4.4 8.2M7.7 17.6h8.6" />
  </>,
);
export const SettingsIcon = icon(
  <>
    <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
    <circle cx="16" cy="7" r="2.6" />
    <circle cx="8" cy="17" r="2.6" />
  </>,
);
export const ProfileIcon = icon(
  <>
    <circle cx="12" cy="8.4" r="4" />
    <path d="M4.6 20.2c.9-3.7 3.8-5.7 7.4-5.7s6.5 2 7.4 5.7" />
  </>,
);
export const ComposeIcon = icon(
  <>
    <path d="M13.5 5.5 5.2 13.8 4 20l6.2-1.2 8.3-8.3a2.4 2.4 0 0 0 0-3.4l-1.6-1.6a2.4 2.4 0 0 0-3.4 0z" />
    <path d="m12 7 5 5" />
  </>,
);
export const ReplyIcon = icon(
  <path d="M20 11.5a7.6 7.6 0 0 1-7.9 7.4 8.5 8.5 0 0 1-3.3-.7L4.2 19.6l1.3-3.9a7 7 0 0 1-1.3-4.2 7.6 7.6 0 0 1 7.9-7.4 7.6 7.6 0 0 1 7.9 7.4z" />,
);
export const MoreIcon = icon(
  <>
    <circle cx="5.5" cy="12" r=".8" fill="currentColor" />
    <circle cx="12" cy="12" r=".8" fill="currentColor" />
    <circle cx="18.5" cy="12" r=".8" fill="currentColor" />
  </>,
);
export const BackIcon = icon(<path d="M20 12H4.8M11 5.4 4.4 12l6.6 6.6" />);
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />);
export const UpIcon = icon(<path d="M12 19.5V5M5.6 11 12 4.6l6.4 6.4" />);
export const EditIcon = ComposeIcon;
export const DeleteIcon = icon(
  <path d="M4.5 7h15M9.5 7V5.2A1.2 1.2 0 0 1 10.7 4h2.6a1.2 1.2 0 0 1 1.2 1.2V7M6.3 7l.9 11.7A1.4 1.4 0 0 0 8.6 20h6.8a1.4 1.4 0 0 0 1.4-1.3L17.7 7M10.2 11v5M13.8 11v5" />,
);
export const OfflineIcon = icon(
  <path d="M3.6 9.6A12.6 12.6 0 0 1 12 6.4c3.2 0 6.2 1.2 8.4 3.2M7 13.4a7.6 7.6 0 0 1 5-1.9c1.9 0 3.7.7 5 1.9M10 17a3 3 0 0 1 4 0M4 4l16 16" />,
);
export const LogInIcon = icon(
  <path d="M14 4.5h3.8A1.7 1.7 0 0 1 19.5 6.2v11.6a1.7 1.7 0 0 1-1.7 1.7H14M4.5 12H15M11 7.8l4.2 4.2L11 16.2" />,
);
export const SignUpIcon = icon(
  <>
    <circle cx="10" cy="8.4" r="3.8" />
    <path d="M3.4 20c.7-3.6 3.3-5.5 6.6-5.5 1.6 0 3 .4 4.1 1.2M18.5 14v6M15.5 17h6" />
  </>,
);
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const WarningIcon = icon(<path d="M12 4.5 3.5 19h17zM12 10v4.2M12 16.6v.1" />);
