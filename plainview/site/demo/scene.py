"""Moving pictures drawn on the spot: a walk down a street, a night, a car's view, a room. Nobody real is in them."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT, RATE = 640, 360, 15
Picture = ImageDraw.ImageDraw


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Pillow's own font: the demo asks for none of the machine's."""
    return ImageFont.load_default(size)


def frame(scene: str, t: float, clock: datetime, serial: str) -> Image.Image:
    """Returns the picture of `scene` at `t` seconds, with clock (UTC) and serial burned in."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(image)
    SCENES[scene](draw, t)
    _burn(draw, clock + timedelta(seconds=t), serial)
    return image


def _burn(draw: Picture, clock: datetime, serial: str) -> None:
    text = f"{clock:%Y-%m-%d T%H:%M:%SZ}   SAMPLE OPTICS {serial}   DEMONSTRATION"
    draw.rectangle((0, 0, WIDTH, 22), fill=(0, 0, 0))
    draw.text((8, 3), text, fill=(255, 255, 255), font=font(14))


def _houses(draw: Picture, t: float, horizon: float, pace: float, dark: bool) -> None:
    """Rows of houses that pass by; the nearer row faster."""
    for row, (depth, low) in enumerate(((0.35, 118), (1.0, 168))):
        rng = random.Random(row)
        shift = t * pace * depth
        for n in range(-1, 14):
            width = 92 - 22 * row * -1
            index = n + int(shift // width)
            rng.seed(index * 31 + row)
            height = rng.randint(60, low)
            x = n * width - shift % width
            shade = rng.randint(25, 55) if dark else rng.randint(95, 190)
            color = (shade, int(shade * 0.93), int(shade * (1.15 if dark else 0.85)))
            draw.rectangle((x, horizon - height, x + width - 6, horizon), fill=color)
            _windows(draw, x, horizon - height, width, height, rng, dark)


def _windows(draw: Picture, x: float, y: float, width: int, height: int, rng: random.Random, dark: bool) -> None:
    for column in range(3):
        for floor in range(height // 28):
            lit = rng.random() < (0.35 if dark else 0.8)
            color = (255, 214, 120) if dark and lit else (70, 90, 110) if lit else (40, 42, 50)
            left, top = x + 12 + column * 26, y + 10 + floor * 28
            draw.rectangle((left, top, left + 12, top + 14), fill=color)


def _car(draw: Picture, x: float, y: float, size: float, color: tuple[int, int, int], lights: bool) -> None:
    draw.rounded_rectangle((x, y - 16 * size, x + 90 * size, y + 12 * size), 8 * size, fill=color)
    draw.polygon(
        [
            (x + 18 * size, y - 16 * size),
            (x + 30 * size, y - 34 * size),
            (x + 66 * size, y - 34 * size),
            (x + 78 * size, y - 16 * size),
        ],
        fill=(30, 36, 44),
    )
    for wheel in (20, 70):
        r = 9 * size
        draw.ellipse(
            (x + wheel * size - r, y + 4 * size, x + wheel * size + r, y + 4 * size + 2 * r), fill=(15, 15, 15)
        )
    if lights:
        draw.ellipse((x - 4, y - 6 * size, x + 8 * size, y + 4 * size), fill=(255, 250, 210))


def _walker(draw: Picture, x: float, y: float, t: float, coat: tuple[int, int, int]) -> None:
    """A passer-by without a face."""
    swing = math.sin(t * 6) * 10
    draw.line((x, y - 34, x + swing, y), fill=(40, 40, 48), width=7)
    draw.line((x, y - 34, x - swing, y), fill=(40, 40, 48), width=7)
    draw.rounded_rectangle((x - 12, y - 78, x + 12, y - 30), 8, fill=coat)
    draw.ellipse((x - 9, y - 98, x + 9, y - 79), fill=(150, 130, 115))


def _street(draw: Picture, t: float) -> None:
    bob = math.sin(t * 5) * 4
    horizon = 214 + bob
    draw.rectangle((0, 0, WIDTH, horizon), fill=(156, 196, 226))
    draw.ellipse((520, 40 + bob / 2, 570, 90 + bob / 2), fill=(255, 244, 190))
    _houses(draw, t, horizon, 34, dark=False)
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=(104, 108, 112))
    draw.rectangle((0, horizon, WIDTH, horizon + 26), fill=(172, 168, 158))
    for n in range(8):
        x = n * 110 - (t * 90) % 110
        draw.rectangle((x, 312 + bob, x + 54, 318 + bob), fill=(236, 220, 140))
    _car(draw, WIDTH - (t * 120) % (WIDTH + 260), 286 + bob, 1.3, (170, 40, 40), lights=False)
    _car(draw, (t * 80) % (WIDTH + 300) - 160, 338 + bob, 1.6, (40, 80, 150), lights=False)
    _walker(draw, 420 - t * 6 % 500, 260 + bob, t, (60, 110, 70))
    _walker(draw, 180 + math.sin(t / 3) * 30, 272 + bob, t + 1, (150, 120, 50))


def _night(draw: Picture, t: float) -> None:
    bob = math.sin(t * 4.4) * 5
    horizon = 220 + bob
    draw.rectangle((0, 0, WIDTH, horizon), fill=(10, 14, 30))
    _houses(draw, t, horizon, 26, dark=True)
    draw.rectangle((0, horizon, WIDTH, HEIGHT), fill=(28, 30, 36))
    for n in range(5):
        x = n * 170 - (t * 50) % 170
        draw.line((x, horizon + 4, x, 96 + bob), fill=(70, 70, 76), width=4)
        draw.ellipse((x - 10, 88 + bob, x + 10, 104 + bob), fill=(255, 228, 160))
    beam = 300 + math.sin(t / 2) * 140
    draw.ellipse((beam - 90, 250 + bob, beam + 90, 330 + bob), fill=(92, 92, 84))
    _walker(draw, beam + 20, 312 + bob, t, (90, 60, 90))
    _car(draw, WIDTH - (t * 150) % (WIDTH + 320), 300 + bob, 1.3, (60, 60, 66), lights=True)
    phase = int(t * 4) % 2
    draw.rectangle((0, 24, 60, 60), fill=(150, 20, 30) if phase else (24, 40, 150))


def _dash(draw: Picture, t: float) -> None:
    shake = math.sin(t * 11) * 1.5
    draw.rectangle((0, 0, WIDTH, 190), fill=(176, 204, 224))
    draw.rectangle((0, 190, WIDTH, HEIGHT), fill=(92, 122, 78))
    vanishing = (WIDTH / 2 + math.sin(t / 4) * 60, 186 + shake)
    draw.polygon([vanishing, (WIDTH + 80, HEIGHT), (-80, HEIGHT)], fill=(86, 88, 94))
    for n in range(7):
        near = ((n + t * 1.4) % 7) / 7
        y = vanishing[1] + (HEIGHT - vanishing[1]) * near**2
        x = vanishing[0] + (WIDTH / 2 - vanishing[0]) * near
        draw.rectangle((x - 1 - 7 * near, y, x + 1 + 7 * near, y + 2 + 22 * near), fill=(240, 236, 200))
    size = 0.5 + 0.25 * math.sin(t / 3)
    _car(draw, vanishing[0] - 45 * size, 236 + shake, size, (190, 190, 196), lights=False)
    draw.polygon([(0, HEIGHT), (0, 330), (WIDTH, 322), (WIDTH, HEIGHT)], fill=(20, 22, 26))
    phase = int(t * 4) % 2
    draw.rectangle((280, 324, 316, 334), fill=(220, 40, 50) if phase else (60, 20, 24))
    draw.rectangle((320, 324, 356, 334), fill=(30, 40, 90) if phase else (60, 90, 240))


def _room(draw: Picture, t: float) -> None:
    sway = math.sin(t * 1.7) * 6
    draw.rectangle((0, 0, WIDTH, HEIGHT), fill=(196, 186, 168))
    draw.rectangle((0, 270, WIDTH, HEIGHT), fill=(120, 92, 66))
    draw.rectangle((60 + sway, 60, 220 + sway, 180), fill=(150, 190, 220), outline=(90, 70, 50), width=6)
    draw.line((140 + sway, 60, 140 + sway, 180), fill=(90, 70, 50), width=4)
    draw.rounded_rectangle((330 + sway, 200, 600 + sway, 300), 18, fill=(110, 60, 60))
    draw.rectangle((480 + sway, 40, 560 + sway, 110), fill=(230, 226, 214), outline=(80, 60, 40), width=5)
    _walker(draw, 300 + sway + math.sin(t / 2) * 40, 318, t / 2, (70, 90, 140))


SCENES: dict[str, Callable[[Picture, float], None]] = {"street": _street, "night": _night, "dash": _dash, "room": _room}
