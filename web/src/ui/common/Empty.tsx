/** What stands where there is nothing yet, or where something went wrong: a friendly line, and what one can do. */
import type { ReactNode } from "react";
import "./Empty.css";

export interface EmptyProps {
  icon?: ReactNode;
  title: string;
  /** For what comes by surprise. */
  role?: "alert" | "status";
  children?: ReactNode;
}

export function Empty({ icon, title, role, children }: EmptyProps) {
  return (
    <div className="Empty" role={role}>
      {icon !== undefined && <div className="Empty-icon">{icon}</div>}
      <p className="Empty-title">{title}</p>
      {children !== undefined && <div className="Empty-text">{children}</div>}
    </div>
  );
}
