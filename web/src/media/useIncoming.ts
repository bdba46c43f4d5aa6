import { useEffect, useState } from "preact/hooks";

/** Takes files that are dropped on the page or pasted into it; says while some are held over it. */
export function useIncoming(onFiles: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    // Entering a part of the page comes before leaving the part around it.
    let depth = 0;
    const enter = (e: DragEvent): void => {
      if (!hasFiles(e)) return;
      depth++;
      setOver(true);
    };
    const leave = (e: DragEvent): void => {
      if (!hasFiles(e)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    const above = (e: DragEvent): void => {
      // Without this the browser would leave the page and open the file.
      if (hasFiles(e)) e.preventDefault();
    };
    const drop = (e: DragEvent): void => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      depth = 0;
      setOver(false);
      if (!busy()) onFiles([...(e.dataTransfer?.files ?? [])]);
    };
    const paste = (e: ClipboardEvent): void => {
      const files = [...(e.clipboardData?.files ?? [])];
      // Programs for tables and words put a picture beside what they copy: the words are meant then.
      if (files.length === 0 || busy() || e.clipboardData?.types.includes("text/plain") === true) return;
      e.preventDefault();
      onFiles(files.map(named));
    };
    document.addEventListener("dragenter", enter);
    document.addEventListener("dragleave", leave);
    document.addEventListener("dragover", above);
    document.addEventListener("drop", drop);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("dragenter", enter);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("dragover", above);
      document.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste);
    };
  }, [onFiles]);
  return over;
}

function hasFiles(e: DragEvent): boolean {
  return e.dataTransfer?.types.includes("Files") === true;
}

/** A window over the page wants an answer first. */
function busy(): boolean {
  return document.querySelector("dialog[open], [aria-modal=true]") !== null;
}

/** Pictures that are pasted are all called image.png. */
function named(file: File): File {
  if (file.name !== "image.png") return file;
  const at = new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, "").replace("T", "-");
  return new File([file], `${at}.png`, { type: file.type });
}
