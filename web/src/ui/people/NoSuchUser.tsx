/** Stands where a user would, when the grid says that there is none of that name, or refuses for another reason. */
import type { Refusal } from "../../model/buzzer";
import { Empty } from "../common/Empty";
import { ProfileIcon } from "../common/icons";

export function NoSuchUser({ name, problem }: { name: string; problem: Refusal }) {
  return (
    <Empty icon={<ProfileIcon size={32} />} title={`There is no @${name}`}>
      {problem.code === "unknown_user" ? "Nobody has that name on this grid." : problem.message}
    </Empty>
  );
}
