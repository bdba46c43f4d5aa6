import { effect } from "@preact/signals";
import PhotoSwipe, { type SlideData } from "photoswipe";
import "photoswipe/style.css";
import { render } from "preact";
import type { Media, MediaFile } from "../store/media";
import type { Session } from "../store/session";
import { t } from "../text";
import { Icon, type IconName } from "../ui/Icon";
import type { ID, Photo } from "../wire/types";
import "./viewer.css";

/** What is looked at. */
export interface Shown {
  photos: readonly Photo[];
  /** Which one first. */
  at: number;
  /** The pictures in the page: the viewer grows out of them and goes back into them. */
  tiles: readonly Element[];
  caption: string;
  /** Passes the message on to other rooms. */
  onForward?: () => void;
  /** It is closed, and the focus is back. */
  onClose?: () => void;
}

/** Opens the viewer: zoom, swipe, arrows, Escape; the focus goes back to where it was. */
export async function view(session: Session, shown: Shown): Promise<void> {
  const { photos, tiles } = shown;
  const before = tiles[shown.at] ?? document.activeElement;
  const files = await Promise.all(photos.map((photo) => fileOf(session.media, photo.media_id)));
  const pswp = new PhotoSwipe({
    dataSource: photos.map((photo, i) => slideOf(session.media, photo, files[i], tiles[i])),
    index: shown.at,
    bgOpacity: 0.94,
    // A tap on a picture shows or hides what is around it, as people know it.
    tapAction: "toggle-controls",
    imageClickAction: "zoom-or-close",
    showHideAnimationType: matchMedia("(prefers-reduced-motion: reduce)").matches ? "none" : "zoom",
    loop: false,
    closeTitle: t("close"),
    zoomTitle: t("viewer.zoom"),
    arrowPrevTitle: t("viewer.previous"),
    arrowNextTitle: t("viewer.next"),
    errorMsg: t("viewer.cannot-load"),
    mainClass: "viewer",
    returnFocus: false,
  });
  addButtons(pswp, shown, files);
  closeByBack(pswp);
  closeByEscape(pswp);
  pswp.on("initialLayout", () => {
    const { element } = pswp;
    element?.setAttribute("aria-label", t("viewer.title"));
    element?.setAttribute("aria-modal", "true");
  });
  pswp.on("destroy", () => {
    // While it is being taken down it still keeps the focus inside.
    queueMicrotask(() => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
      shown.onClose?.();
    });
  });
  pswp.init();
}

function slideOf(
  media: Media,
  photo: Photo,
  file: MediaFile | undefined,
  tile: Element | undefined,
): SlideData {
  const width = file?.width ?? photo.width ?? 1280;
  const height = file?.height ?? photo.height ?? 960;
  const links = file?.links;
  const large = media.url(photo.media_id, "large").peek() ?? "";
  // What moves does so in its original only; what is a little larger is sharper zoomed in.
  const moving = file?.mime === "image/gif" || file?.mime === "image/webp";
  const src = moving ? (links?.original ?? large) : large;
  const scale = Math.min(1, 1280 / Math.max(width, height));
  const sharp = !moving && links?.large !== undefined && links.original !== undefined && scale < 1;
  return {
    src,
    width,
    height,
    alt: t("message.photo", { n: 1 }),
    ...(sharp ? { srcset: `${links.large} ${Math.round(width * scale)}w, ${links.original} ${width}w` } : {}),
    ...(tile instanceof HTMLElement
      ? { element: tile, thumbCropped: true, msrc: tile.querySelector("img")?.src ?? src }
      : {}),
  };
}

function addButtons(pswp: PhotoSwipe, shown: Shown, files: readonly (MediaFile | undefined)[]): void {
  pswp.on("uiRegister", () => {
    pswp.ui?.registerElement({
      name: "download",
      order: 8,
      isButton: true,
      tagName: "a",
      title: t("viewer.download"),
      ariaLabel: t("viewer.download"),
      onInit: (element) => {
        draw(element, "download");
        const follow = (): void => {
          const file = files[pswp.currIndex];
          element.setAttribute("href", file?.links?.original ?? pswp.currSlide?.data.src ?? "");
          element.setAttribute("download", file?.name ?? "");
        };
        pswp.on("change", follow);
        follow();
      },
    });
    const { onForward } = shown;
    if (onForward !== undefined) {
      pswp.ui?.registerElement({
        name: "forward",
        order: 7,
        isButton: true,
        title: t("message.forward"),
        ariaLabel: t("message.forward"),
        onInit: (element) => draw(element, "forward"),
        onClick: () => {
          pswp.on("destroy", () => queueMicrotask(onForward));
          close(pswp);
        },
      });
    }
    if (shown.caption !== "") {
      pswp.ui?.registerElement({
        name: "caption",
        className: "viewer-caption",
        appendTo: "root",
        onInit: (element) => {
          element.textContent = shown.caption;
        },
      });
    }
  });
}

function draw(element: HTMLElement, name: IconName): void {
  element.replaceChildren();
  element.classList.add("viewer-button");
  render(<Icon name={name} size={24} />, element);
}

/** Closes it; while it opens it cannot be closed, and does so right after. */
function close(pswp: PhotoSwipe): void {
  if (pswp.opener.isOpen) pswp.close();
  else pswp.on("openingAnimationEnd", () => pswp.close());
}

/** Escape closes it while it opens, too: until it is open it hears no keys. */
function closeByEscape(pswp: PhotoSwipe): void {
  const hear = (e: KeyboardEvent): void => {
    if (e.key !== "Escape") return;
    e.preventDefault();
    close(pswp);
  };
  pswp.on("initialLayout", () => document.addEventListener("keydown", hear, true));
  pswp.on("openingAnimationEnd", () => document.removeEventListener("keydown", hear, true));
}

/** On a phone, "back" closes what lies on top. */
function closeByBack(pswp: PhotoSwipe): void {
  let ours = true;
  const back = (): void => {
    ours = false;
    close(pswp);
  };
  pswp.on("initialLayout", () => {
    history.pushState({ ...history.state, viewer: true }, "");
    addEventListener("popstate", back);
  });
  pswp.on("close", () => {
    removeEventListener("popstate", back);
    if (ours) history.back();
  });
}

/** What the server tells of a file; undefined when that is nothing. */
function fileOf(media: Media, id: ID): Promise<MediaFile | undefined> {
  const known = media.get(id);
  return new Promise((resolve) => {
    const stop = effect(() => {
      const { value } = known;
      if (value.state === "waiting") return;
      resolve(value.state === "ready" ? value.file : undefined);
      queueMicrotask(() => stop());
    });
  });
}
