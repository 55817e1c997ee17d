"""What people upload: what a file really is, whether it can be read, where it is kept, and who may fetch it.

What a file is for, and who may see it, is decided by whoever asks for it: this module knows nothing of applications.
"""
