/** What one can do with a buzz of one's own: edit and delete. */
import { useState } from "react";
import type { Buzz } from "../../model/buzzer";
import { compose } from "../compose/composing";
import { DeleteIcon, EditIcon, MoreIcon } from "../common/icons";
import { Menu } from "../common/Menu";
import { part } from "../common/part";

const DeleteDialog = part(() => import("./DeleteDialog"));

export default function OwnMenu({ buzz }: { buzz: Buzz }) {
  const [deleting, setDeleting] = useState(false);
  return (
    <>
      <Menu
        label="More"
        items={[
          {
            label: "Edit",
            icon: <EditIcon />,
            onSelect: () => {
              compose({ kind: "edit", buzz });
            },
          },
          {
            label: "Delete",
            icon: <DeleteIcon />,
            danger: true,
            onSelect: () => {
              setDeleting(true);
            },
          },
        ]}
      >
        <MoreIcon size={20} />
      </Menu>
      {deleting && (
        <DeleteDialog
          buzz={buzz}
          onClose={() => {
            setDeleting(false);
          }}
        />
      )}
    </>
  );
}
