/** For a path that means nothing. */
import { Link } from "wouter";
import { Empty } from "../ui/common/Empty";
import { Logo } from "../ui/common/Logo";
import { PageHeader } from "../ui/common/PageHeader";

export default function NotFoundPage() {
  return (
    <>
      <PageHeader title="There is no such page" />
      <Empty icon={<Logo size={40} />} title="It has flown away, or was never here">
        <p>The address may be misspelt.</p>
        <Link className="Button Button--primary" href="/">
          Go to Home
        </Link>
      </Empty>
    </>
  );
}
